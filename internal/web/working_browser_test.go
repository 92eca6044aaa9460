package web

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// slowDesk takes its time for what to find out: until somebody asks how well they
// estimate.
type slowDesk struct {
	*sampleDesk
	once  *sync.Once
	ready chan struct{}
}

func (d slowDesk) learn(ctx context.Context, product string, whole bool) (*LearnView, error) {
	select {
	case <-d.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return d.sampleDesk.learn(ctx, product, whole)
}

func (d slowDesk) calibration(ctx context.Context, product string) (*CalibrationView, error) {
	d.once.Do(func() { close(d.ready) })
	return d.sampleDesk.calibration(ctx, product)
}

// TestAPageThatTakesLongSaysSo: whoever goes on to a page that is still being worked
// out is told on the page they came from, and no more once it is there. The page that
// is asked for comes only after it was said.
func TestAPageThatTakesLongSaysSo(t *testing.T) {
	ctx := browser(t)
	ts := site(t, slowDesk{&sampleDesk{say: plainly}, &sync.Once{}, make(chan struct{})})
	do(t, ctx, chromedp.Navigate(ts.URL+"/"))
	eval[bool](t, ctx, `(() => {
		const line = document.getElementById("working");
		new MutationObserver(() => { if (line.textContent) { sessionStorage.said = line.textContent; fetch("/calibration") } }).observe(line, { childList: true });
		setTimeout(() => { location.href = "/learn" }, 100);
		return true;
	})()`)
	until(t, ctx, `location.pathname === "/learn" && document.getElementById("working") !== null && document.getElementById("working").textContent === ""`)
	if said := eval[string](t, ctx, `sessionStorage.said ?? ""`); !strings.HasPrefix(said, "This is being worked out") {
		t.Errorf("the page said %q", said)
	}
}
