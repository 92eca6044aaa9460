package file

import (
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

func TestStarterIsClean(t *testing.T) {
	for _, o := range []StartOptions{
		{},
		{Name: "Web shop", Currency: "EUR"},
		{ID: "shop-2", Name: "It's: a #1 \"shop\"\n- or two"},
		{Name: "日本"},
		{PersonDay: "€1 250", Currency: "EUR"},
	} {
		data, err := Starter(o)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Read("parley.yaml", data)
		if err != nil || len(doc.Findings) > 0 {
			t.Errorf("%+v: %v %v", o, err, doc.Findings)
		}
		p := doc.Model.Product
		if o.Currency != "" && p.Currency != o.Currency || o.ID != "" && p.ID != o.ID {
			t.Errorf("%+v gave %+v", o, p)
		}
		if want := keep(o.PersonDay, parley.GuessedPersonDay); doc.Model.Policy.PersonDay.Text != want {
			t.Errorf("person_day %q, want %q", doc.Model.Policy.PersonDay.Text, want)
		}
		if want := strings.Join(strings.Fields(o.Name), " "); o.Name != "" && p.Name != want {
			t.Errorf("name %q, want %q", p.Name, want)
		}
	}
}

func TestStarterRefuses(t *testing.T) {
	for _, o := range []StartOptions{{ID: "a b"}, {Currency: "pounds"}, {PersonDay: "lots"}, {PersonDay: "550..700"}, {PersonDay: "£600", Currency: "EUR"}} {
		if data, err := Starter(o); err == nil {
			t.Errorf("%+v gave %d bytes", o, len(data))
		}
	}
}

// The starter teaches: each of its parts has something to copy, and the file stays short.
func TestStarterTeaches(t *testing.T) {
	data, err := Starter(StartOptions{})
	if err != nil {
		t.Fatal(err)
	}
	doc := mustRead(t, string(data))
	m := doc.Model
	if len(m.Threats) == 0 || len(m.Mitigations) == 0 || len(m.Features) == 0 || len(m.Capacity) == 0 {
		t.Error("a part has no example")
	}
	if n := strings.Count(string(data), "\n"); n > 80 {
		t.Errorf("%d lines: too long to start from", n)
	}
}
