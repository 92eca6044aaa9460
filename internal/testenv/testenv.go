// Package testenv says what a test may count on: things absent on a bare
// machine are skipped with a message, unless PARLEY_TEST_REQUIRE names them.
package testenv

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Require goes on when ok; else it fails the test when PARLEY_TEST_REQUIRE
// names what is missing, and skips it when not.
func Require(tb testing.TB, name string, ok bool, why string) {
	tb.Helper()
	if ok {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("PARLEY_TEST_REQUIRE"), ","), name) {
		tb.Fatalf("%s is required here: %s", name, why)
	}
	tb.Skipf("needs %s: %s", name, why)
}

// Shared is the path of a file or folder in the data kept beside the checkout.
func Shared(tb testing.TB, path string) string {
	tb.Helper()
	p := filepath.Join(Root(tb), "..", "shared", filepath.FromSlash(path))
	_, err := os.Stat(p)
	Require(tb, "shared", err == nil, "../shared/"+path+" is not beside this checkout")
	return p
}

// Root is the folder of this checkout.
func Root(tb testing.TB) string {
	tb.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		tb.Fatal("no caller information")
	}
	return filepath.Join(filepath.Dir(file), "..", "..")
}
