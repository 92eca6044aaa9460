package main

import (
	"io"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
)

// TestReaderOfAFileNeedsNoName: nobody is asked for who reads a file; a ledger
// is read by somebody.
func TestReaderOfAFileNeedsNoName(t *testing.T) {
	asked := 0
	a := newApp(nil, io.Discard, io.Discard)
	a.env = func(name string) string {
		if name == "PARLEY_USER" {
			asked++
			return "priya@example.org"
		}
		return ""
	}
	if who := a.reader(negotiate.Source{Name: "empty.yaml", Data: []byte{}}); asked != 0 || who.ID != "" || who.Known != negotiate.Local("", negotiate.ViaCLI).Known {
		t.Errorf("a file is read by %+v, asked %d times", who, asked)
	}
	if who := a.reader(negotiate.Source{Product: "shop"}); asked != 1 || who.ID != "priya@example.org" {
		t.Errorf("a ledger is read by %+v, asked %d times", who, asked)
	}
}
