// Command pictures makes the pictures in docs/pictures anew: the main pages of the
// demo, and a room in which people estimated. It needs Chromium.
//
//	go run ./contrib/pictures docs/pictures
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// width is how wide a page is on its picture, in pixels.
const width = 1180

// shot is one picture: its name, the address of the page, what tells that it is
// whole, and how much of it is shown at most.
type shot struct {
	name, path, whole string
	height            float64
}

// demo are the pictures of the demo.
var demo = []shot{
	{"home", "/", "true", 966},
	{"brief", "/t/copy", "true", 1241},
	{"table", "/plan", `document.getElementById("more") === null`, 976},
	{"layers", "/layers", "true", 930},
	{"lived", "/lived?above=50k", "true", 1432},
	{"organisation", "/organisation", "true", 962},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "pictures: say into which folder, as in: go run ./contrib/pictures docs/pictures")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

func run(into string) (err error) {
	dir, err := os.MkdirTemp("", "parley-pictures-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	parley := filepath.Join(dir, "parley")
	if out, err := exec.Command("go", "build", "-o", parley, "./cmd/parley").CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, out)
	}
	ledger := filepath.Join(dir, "room.db")
	if err := room(parley, ledger); err != nil {
		return err
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		return err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, leave := chromedp.NewContext(ctx)
	defer leave()
	if err := served(ctx, into, demo, parley, "demo"); err != nil {
		return err
	}
	return served(ctx, into, []shot{{"room", "/workshop/SHOP-WS1", "true", 1080}}, parley, "serve", "--ledger", ledger, "--listen", "127.0.0.1:0")
}

// room makes a ledger in which three people estimated a threat, and their estimates
// are revealed.
func room(parley, ledger string) error {
	for _, line := range []struct {
		who  string
		args []string
	}{
		{"priya", []string{"apply", "examples/shop.yaml"}},
		{"priya", []string{"workshop", "open", "Autumn", "--product", "shop", "--line", "A key lies in public"}},
		{"priya", []string{"workshop", "ask", "SHOP-WS1", "--topic", "1"}},
		{"priya", []string{"workshop", "estimate", "SHOP-WS1", "--topic", "1", "--likelihood", "5%..20% within 2 years", "--impact", "20k..200k", "--cost", "5d..10d"}},
		{"sam", []string{"workshop", "estimate", "SHOP-WS1", "--topic", "1", "--likelihood", "30%..60% within 2 years", "--impact", "50k..900k", "--cost", "10d..30d"}},
		{"ines", []string{"workshop", "estimate", "SHOP-WS1", "--topic", "1", "--likelihood", "10%..40% within 2 years", "--impact", "30k..300k", "--cost", "8d..20d"}},
		{"priya", []string{"workshop", "reveal", "SHOP-WS1", "--topic", "1"}},
	} {
		c := exec.Command(parley, append(line.args, "--ledger", ledger)...)
		c.Env = append(os.Environ(), "PARLEY_USER="+line.who+"@larkspur.example")
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(line.args, " "), err, out)
		}
	}
	return nil
}

// served takes pictures of the pages that a command serves while it runs.
func served(ctx context.Context, into string, shots []shot, name string, args ...string) (err error) {
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), "PARLEY_USER=priya@larkspur.example")
	said, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	defer func() {
		if stopped := c.Process.Signal(os.Interrupt); stopped != nil {
			err = errors.Join(err, stopped)
			return
		}
		_ = c.Wait() // it was told to stop
	}()
	base, enter := "", ""
	lines := bufio.NewScanner(said)
	for base == "" && lines.Scan() {
		if _, address, found := strings.Cut(lines.Text(), "Parley is at "); found {
			base = strings.TrimSuffix(strings.TrimSpace(address), "/")
		}
	}
	if base == "" {
		return fmt.Errorf("%s says no address", strings.Join(args, " "))
	}
	if args[0] == "serve" {
		for enter == "" && lines.Scan() {
			if _, address, found := strings.Cut(lines.Text(), "At this machine: "); found {
				enter = strings.TrimSpace(address)
			}
		}
		if err := chromedp.Do(ctx, chromedp.Navigate(enter)); err != nil {
			return err
		}
	}
	for _, s := range shots {
		png, err := picture(ctx, base, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if err := os.WriteFile(filepath.Join(into, s.name+".png"), png, 0o644); err != nil {
			return err
		}
		fmt.Println(s.name)
	}
	return nil
}

// picture is the top of a page, once it is whole.
func picture(ctx context.Context, base string, s shot) ([]byte, error) {
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(base+s.path)); err != nil {
		return nil, err
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		whole, err := chromedp.Run(ctx, chromedp.Evaluate[bool](s.whole))
		if err != nil {
			return nil, err
		}
		if whole {
			break
		}
		if time.Now().After(end) {
			return nil, errors.New("the page is not whole after a minute")
		}
	}
	var png []byte
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		r, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: "png", CaptureBeyondViewport: new(true), Clip: &page.Viewport{Width: width, Height: s.height, Scale: 1},
		})
		png = r.Data
		return err
	}))
	return png, err
}
