package chart_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley/internal/chart"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs (-want +got), look at it and run with -update when it is right:\n%s", name, d)
	}
}

func TestGolden(t *testing.T) {
	for name, p := range pictures() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".svg", chart.SVG(p, chart.SVGOptions{Standalone: true}))
			golden(t, name+"-narrow.svg", chart.SVG(p, chart.SVGOptions{Width: 328, Class: "narrow"}))
			golden(t, name+".txt", chart.Terminal(p, chart.TerminalOptions{Width: 72}))
		})
	}
	golden(t, "squares-colour.txt", chart.Terminal(squares(), chart.TerminalOptions{Width: 72, Color: true}))
}
