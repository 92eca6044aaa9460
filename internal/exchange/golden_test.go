package exchange

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley/internal/file"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden imports each folder of testdata and compares the negotiation file
// and the report with those kept beside it.
func TestGolden(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join("testdata", "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatal(dirs, err)
	}
	for _, dir := range dirs {
		if filepath.Base(dir) == "fuzz" {
			continue
		}
		t.Run(filepath.Base(dir), func(t *testing.T) {
			m, r := usable(t, "", Options{}, folder(t, dir)...)
			var out, report bytes.Buffer
			if err := file.Write(&out, m); err != nil {
				t.Fatal(err)
			}
			if err := r.WriteText(&report); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join(dir, "want.parley"), out.Bytes())
			golden(t, filepath.Join(dir, "want.report"), report.Bytes())
		})
	}
}

func folder(t *testing.T, dir string) []Input {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var in []Input
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "want.") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		in = append(in, Input{e.Name(), data})
	}
	return in
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
