package ledger

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// worked is the example of docs/ledger.md.
func worked() Event {
	return Event{
		ID: "01KAM0000000000000000000AB", Seq: 3, Type: "item.put", Version: 1, Product: "shop",
		At:      time.Date(2026, 11, 22, 9, 30, 0, 250e6, time.UTC),
		Claimed: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC),
		Cause:   "01KAM0000000000000000000AA",
		Actor:   Actor{ID: PersonRef(bytes.Repeat([]byte{1}, SaltSize), "priya@example.org"), Known: ThisMachine, Via: ViaCLI},
		By:      PersonRef(bytes.Repeat([]byte{2}, SaltSize), "helen@example.org"),
		Body:    []byte(`{"id":"replay","item":{"id":"replay","likelihood":"1 in 40 years","title":"A paid order is replayed"},"kind":"threat"}`),
	}
}

// The references, the leaf and its hash were computed by another program, from
// the description in docs/ledger.md.
const (
	workedLeaf = `{"actor":{"id":"p_zonmi7sad4kkwt5wm37z24pwqipsmrhdem2n7ikrm54h6aouh7yq","known":"this-machine","via":"cli"},"at":"2026-11-22T09:30:00.250Z","body":{"id":"replay","item":{"id":"replay","likelihood":"1 in 40 years","title":"A paid order is replayed"},"kind":"threat"},"by":"p_uwqn7xhl2cnuclpqiihymwdlcw2owhmw6z7voeyruw2kvm5rceja","cause":"01KAM0000000000000000000AA","claimed":"2026-11-20T00:00:00.000Z","format":"parley.event/1","id":"01KAM0000000000000000000AB","product":"shop","seq":3,"type":"item.put","version":1}`
	workedHash = "6741188e2619f347420ad2bf71948287ed008205e0ead77e9d474466fcc645ff"
)

func TestWorkedLeaf(t *testing.T) {
	leaf, err := worked().Leaf()
	if err != nil || string(leaf) != workedLeaf {
		t.Fatalf("leaf\n%s\nwant\n%s (%v)", leaf, workedLeaf, err)
	}
	h := LeafHash(leaf)
	if got := hex.EncodeToString(h[:]); got != workedHash {
		t.Errorf("hash %s, want %s", got, workedHash)
	}
	back, err := ParseEvent(leaf)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(worked(), back); d != "" {
		t.Error(d)
	}
	doc, err := os.ReadFile("../docs/ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{workedLeaf, workedHash} {
		if !bytes.Contains(doc, []byte(s)) {
			t.Errorf("docs/ledger.md does not show %s", s)
		}
	}
}

func TestParseEventRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"space":          {`{"actor"`, `{ "actor"`},
		"unknown field":  {`"seq":3`, `"seq":3,"zeal":1`},
		"other format":   {`parley.event/1`, `parley.event/2`},
		"no id":          {`01KAM0000000000000000000AB`, `x`},
		"lower-case id":  {`01KAM0000000000000000000AB`, `01kam0000000000000000000ab`},
		"negative seq":   {`"seq":3`, `"seq":-3`},
		"fraction":       {`"seq":3`, `"seq":3.5`},
		"no type":        {`item.put`, ``},
		"version 0":      {`"version":1}`, `"version":0}`},
		"zone":           {`09:30:00.250Z`, `09:30:00.250+01:00`},
		"microseconds":   {`09:30:00.250Z`, `09:30:00.250001Z`},
		"bad claim":      {`2026-11-20T00:00:00.000Z`, `yesterday`},
		"unknown known":  {`this-machine`, `trust-me`},
		"unknown via":    {`"via":"cli"`, `"via":"telepathy"`},
		"escaped letter": {`"product":"shop"`, `"product":"sho\u0070"`},
		"control":        {`"product":"shop"`, `"product":"sho\n"`},
		"doubled key":    {`"seq":3`, `"seq":3,"seq":3`},
		"cut":            {`"version":1}`, `"version":1`},
		"trailing":       {`"version":1}`, `"version":1}}`},
	} {
		text := strings.Replace(workedLeaf, change[0], change[1], 1)
		if text == workedLeaf {
			t.Fatalf("%s changes nothing", name)
		}
		if _, err := ParseEvent([]byte(text)); err == nil {
			t.Errorf("%s: was read", name)
		}
	}
}

func TestUnknownBodies(t *testing.T) {
	e := worked()
	e.Version = 9
	var newer *NewerError
	if _, err := DecodeBody(e); !errors.As(err, &newer) || newer.Known != 1 || newer.Version != 9 {
		t.Errorf("got %v", err)
	}
	e.Type = "moon.risen"
	if _, err := DecodeBody(e); !errors.As(err, &newer) || newer.Known != 0 || !strings.Contains(err.Error(), "moon.risen") {
		t.Errorf("got %v", err)
	}
	e = worked()
	e.Body = []byte(`{"id":"replay","item":{},"kind":"threat","extra":1}`)
	if _, err := DecodeBody(e); err == nil {
		t.Error("an unknown field in a body was dropped")
	}
	for name, version := range Types() {
		if version < 1 {
			t.Errorf("%s has no version", name)
		}
	}
}

// FuzzParseEvent: whatever is read writes back as the same bytes, and folding
// it gives an error or a state, never a panic.
func FuzzParseEvent(f *testing.F) {
	b := newBook(f)
	b.apply(shop())
	for _, e := range b.events {
		leaf, err := e.Leaf()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(leaf)
	}
	f.Add([]byte(workedLeaf))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := ParseEvent(text)
		if err != nil {
			return
		}
		again, err := e.Leaf()
		if err != nil || !bytes.Equal(again, text) {
			t.Fatalf("%s became %s (%v)", text, again, err)
		}
		s := b.state.Clone()
		e.Seq, e.At = s.Size, s.At
		e.ID = "7" + e.ID[1:]
		if s.Apply(e) == nil {
			for _, p := range s.Products() {
				if _, err := s.File(p.ID); err != nil {
					continue
				}
				if _, err := s.Merge(Application{Model: shop()}); err != nil {
					continue
				}
			}
		}
	})
}
