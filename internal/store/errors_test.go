package store_test

import (
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/store"
)

// TestAddressErrorHidesPasswords, in addresses that are no URLs as well.
func TestAddressErrorHidesPasswords(t *testing.T) {
	for _, c := range []struct{ address, want string }{
		{"mysql://u:secret@h/db", "mysql://…@h/db:"},
		{"mysql://u:se%secret@h/db", "mysql://…@h/db:"},       // no escape
		{"mysql://u:a@secret/b@h/db", "mysql://…@h/db:"},      // ends where the last @ stands
		{"mysql://u:12/secret@h/db", "mysql://…@h/db:"},       // a port and a path, to a parser of URLs
		{"mysql://u:a?secret#c@h/db", "mysql://…@h/db:"},      // a query, to a parser of URLs
		{"mysql://h/db?password=secret", "mysql://h/db:"},     // a password beside the name
		{"mysql://u:secret@h/db?x=secret", "mysql://…@h/db:"}, // both
		{"mysql://h/db", "mysql://h/db:"},
		{"odbc://", "odbc://:"},
		{"host=h password=secret", "host=…:"},
		{"password=secret", "password=…:"},
		{"host=h PASSWORD=a://secret", "host=…:"},
		{"postgres:u:secret@h", "postgres:…:"},
	} {
		got := (&store.AddressError{URL: c.address}).Error()
		if strings.Contains(got, "secret") || !strings.Contains(got, " at "+c.want) {
			t.Errorf("%s: %s", c.address, got)
		}
	}
}
