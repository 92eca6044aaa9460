package web

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/testenv"
)

// stepTime is how long one step of a browser test may take: far more than it
// does, far less than a page that hangs.
const stepTime = 60 * time.Second

// prepared is what many tests of this package start from and none changes: one
// browser, and ledgers with files applied to them.
var prepared struct {
	dir     string
	browser struct {
		once sync.Once
		path string
		ctx  context.Context
		err  error
	}
	ledgers struct {
		sync.Mutex
		paths map[string]string // by the files applied
	}
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "parley-web-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	prepared.dir, prepared.ledgers.paths = dir, map[string]string{}
	code := m.Run()
	if b := &prepared.browser; b.ctx != nil && b.err == nil {
		if err := chromedp.Cancel(b.ctx); err != nil {
			fmt.Fprintln(os.Stderr, "stop chromium:", err)
		}
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// browser is a tab of its own in a headless Chromium that all tests share; it
// has no cookies and nothing stored.
func browser(t *testing.T) context.Context {
	t.Helper()
	b := &prepared.browser
	b.once.Do(func() {
		if b.path, b.err = exec.LookPath("chromium"); b.err != nil {
			return
		}
		opts := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(b.path), chromedp.UserDataDir(filepath.Join(prepared.dir, "chromium")), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
			chromedp.WSURLReadTimeout(60*time.Second),
		)
		// Cancelled by TestMain through chromedp, which closes the browser in order.
		ctx, _ := chromedp.NewExecAllocator(context.Background(), opts...) //nolint:govet // see above
		b.ctx, _ = chromedp.NewContext(ctx)                                //nolint:govet // see above
		b.err = chromedp.Do(b.ctx)
	})
	testenv.Require(t, "chromium", b.path != "", "no headless browser on this machine")
	if b.err != nil {
		t.Fatalf("start chromium: %v", b.err)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return ctx
}

// ledgerOf is a ledger of the test's own with negotiation files applied to it:
// examples by name, or texts. It is prepared once and copied.
func ledgerOf(t *testing.T, files ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.db")
	if len(files) == 0 {
		return path // nothing was applied: there is none yet
	}
	l := &prepared.ledgers
	l.Lock()
	defer l.Unlock()
	key := fmt.Sprintf("%q", files)
	from, ok := l.paths[key]
	if !ok {
		from = filepath.Join(prepared.dir, fmt.Sprintf("%d.db", len(l.paths)))
		prepareLedger(t, from, files)
		l.paths[key] = from
	}
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func prepareLedger(t testing.TB, path string, files []string) {
	t.Helper()
	s := &negotiate.Service{Ledger: path, Now: clock}
	for _, name := range files {
		if _, err := s.Apply(t.Context(), priya, negotiate.ApplyRequest{Source: negotiate.Source{Name: "parley.yaml", Data: fileText(t, name)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// roundsAtOnce is the example of rounds with its two quarters taken together: a
// plan over periods is searched for much longer, and is shown by the tests in
// the browser.
func roundsAtOnce(t *testing.T) string {
	t.Helper()
	const quarters = "  - {period: next quarter, effort: 150d, money: 30k}\n  - {period: the quarter after, effort: 150d, money: 30k}\n"
	text := string(fileText(t, "rounds.yaml"))
	if !strings.Contains(text, quarters) {
		t.Fatal("the capacity of the example reads differently now")
	}
	return strings.Replace(text, quarters, "  - {period: the half year ahead, effort: 300d, money: 60k}\n", 1)
}

// fileText is an example by its name, or a text with lines as it is.
func fileText(t testing.TB, name string) []byte {
	t.Helper()
	if strings.Contains(name, "\n") {
		return []byte(name)
	}
	data, err := os.ReadFile(filepath.Join(testenv.Root(t), "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
