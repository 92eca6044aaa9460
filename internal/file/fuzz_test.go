package file

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzRead: whatever the bytes, Read answers with a document or with findings
// that have a place in the file, and what it took it can write and take again.
func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/broken/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range append(paths, "../../examples/shop.yaml", "starter.yaml") {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Read("fuzz.yaml", data)
		for _, x := range doc.Findings {
			if x.Line < 1 || x.Column < 1 || x.Message == "" || x.Excerpt() == "" {
				t.Fatalf("%+v", x)
			}
		}
		if err != nil {
			if _, ok := errors.AsType[*InvalidError](err); !ok || len(Errors(doc.Findings)) == 0 {
				t.Fatalf("%v with %v", err, doc.Findings)
			}
			return
		}
		text := written(t, doc.Model)
		again, err := Read("written.yaml", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if asJSON(t, doc.Model) != asJSON(t, again.Model) {
			t.Fatalf("read %s\nwritten and read %s", asJSON(t, doc.Model), asJSON(t, again.Model))
		}
	})
}

// FuzzFromLines: whatever the lines, the model is one that reads back, or
// there is an error with a place.
func FuzzFromLines(f *testing.F) {
	paths, err := filepath.Glob("testdata/lines/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	for _, line := range []string{"A; high; low; medium", "; x", "A;;;;", "A\tb\tc", "1) [x] A; people: 1 x, grave", "A; €1; $2", "A; \ufeff"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, ask, err := FromLines("lines.txt", strings.NewReader(text), StartOptions{})
		if err != nil {
			invalid, ok := errors.AsType[*InvalidError](err)
			if !ok || invalid.Findings[0].Line < 1 || strings.HasPrefix(invalid.Findings[0].Message, "threats[") {
				t.Fatalf("%v", err)
			}
			return
		}
		if len(ask) == 0 || len(m.Threats) == 0 {
			t.Fatalf("%d threats, %q", len(m.Threats), ask)
		}
		var b bytes.Buffer
		if err := Write(&b, m); err != nil {
			t.Fatal(err)
		}
		if _, err := Read("written.yaml", b.Bytes()); err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
	})
}
