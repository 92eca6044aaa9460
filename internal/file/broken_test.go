package file

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBroken reads files with one kind of mistake each: one clear error, at
// the place that the file's first line names (1:1 where it names none), and
// worded as recorded beside the file.
func TestBroken(t *testing.T) {
	paths, err := filepath.Glob("testdata/broken/*.yaml")
	if err != nil || len(paths) < 24 {
		t.Fatalf("%d broken files (%v), want at least 24", len(paths), err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := Read(name+".yaml", data)
			invalid, ok := errors.AsType[*InvalidError](err)
			if !ok {
				t.Fatalf("Read: %v, want an *InvalidError", err)
			}
			var out bytes.Buffer
			for _, f := range doc.Findings {
				fmt.Fprintln(&out, f.Excerpt())
			}
			golden(t, strings.TrimSuffix(path, ".yaml")+".txt", out.Bytes())
			errs := Errors(invalid.Findings)
			if len(errs) != 1 {
				t.Fatalf("%d errors, want 1:\n%s", len(errs), out.String())
			}
			line, column := 1, 1
			if _, at, ok := strings.Cut(firstLine(data), "wrong at "); ok {
				if _, err := fmt.Sscanf(at, "%d:%d", &line, &column); err != nil {
					t.Fatal(err)
				}
			}
			if f := errs[0]; f.Line != line || f.Column != column {
				t.Errorf("reported at %d:%d, wrong at %d:%d\n%s", f.Line, f.Column, line, column, out.String())
			}
			if errs[0].Hint == "" || errs[0].Message == "" {
				t.Errorf("no hint or no message: %+v", errs[0])
			}
		})
	}
}

func firstLine(data []byte) string {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return string(line)
}
