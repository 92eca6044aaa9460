package api

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/ledger"
)

// TestExamplesOfTheDocs runs every example of docs/api.md against a server, in
// their order, with a token: each does what the page says.
func TestExamplesOfTheDocs(t *testing.T) {
	curl, err := exec.LookPath("curl")
	testenv.Require(t, "curl", err == nil, "there is no curl on this machine")
	page, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, "shop.yaml")
	s.who = s.member("ada@example.org", ledger.Security, "")
	expires := clock().Add(time.Hour)
	token := into[Token](t, s.must(http.StatusCreated, "POST", "/tokens", TokenWanted{Name: "docs", Scope: "write", Expires: &expires}))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "parley.yaml"), []byte(fileText(t, "shop.yaml")), 0o600); err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 7 {
		t.Fatalf("%d examples", len(blocks))
	}
	for _, b := range blocks {
		script := strings.ReplaceAll(b[1], "curl -s ", curl+" -s --fail-with-body ")
		cmd := exec.CommandContext(t.Context(), "sh", "-eu", "-c", script)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "PARLEY_TOKEN="+token.Secret, "PARLEY_URL="+s.server.URL)
		out, err := cmd.CombinedOutput()
		if live := strings.Contains(script, "/events"); live && strings.Contains(string(out), "retry:") {
			continue // it was told to stop listening
		}
		if err != nil || len(out) == 0 {
			t.Errorf("%s: %v\n%s", b[1], err, out)
		}
	}
}
