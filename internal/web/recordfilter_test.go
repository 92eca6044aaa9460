package web

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/negotiate"
)

// TestTheRecordFilters: the address carries what is asked for, the page shows that
// alone, and what is loaded down is exactly that; no cell is a formula.
func TestTheRecordFilters(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	form := filled(t, get(t, ts, "/t/phone", http.StatusOK), "live")
	form.Set("because", "=later")
	form.Set("until", "2027-09-19")
	post(t, ts, "/t/phone/decide", form, http.StatusSeeOther)
	page := get(t, ts, "/record?type=decision&about=phone", http.StatusOK)
	wants(t, page, "These as a table")
	if n := strings.Count(page, `id="event-`); n != 1 || !strings.Contains(page, `value="decision" selected`) || !strings.Contains(page, `value="phone"`) {
		t.Errorf("%d events, or the form forgets: %s", n, text(page))
	}
	if !strings.Contains(page, `href="/record.csv?about=phone&amp;type=decision"`) {
		t.Error("what is loaded down is not what is shown")
	}
	rows, err := csv.NewReader(strings.NewReader(get(t, ts, "/record.csv?about=phone&type=decision", http.StatusOK))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][3] != "decision.recorded" {
		t.Errorf("%q, %v", rows, err)
	}
	if lines := get(t, ts, "/record.jsonl?type=decision", http.StatusOK); strings.Count(lines, "\n") != 1 || !strings.Contains(lines, `"type":"decision.recorded"`) {
		t.Errorf("%s", lines)
	}
	wants(t, get(t, ts, "/record?from=soon", http.StatusUnprocessableEntity), "soon")
	wants(t, get(t, ts, "/record?about=nothing-like-it", http.StatusUnprocessableEntity), "nothing-like-it")
	get(t, ts, "/record.csv?from=soon", http.StatusUnprocessableEntity)
	wants(t, get(t, ts, "/record?text=no+such+words", http.StatusOK), "without a filter", "Nothing in the record is as you ask for.")
	for _, page := range []string{get(t, ts, "/record?text=no+such+words", http.StatusOK), get(t, ts, "/record?from=soon", http.StatusUnprocessableEntity)} {
		if strings.Contains(page, "Nothing has been recorded yet") {
			t.Error("a filter that finds nothing says that the record is empty")
		}
	}
}

// TestAFileThatIsCutOff ends the connection, so that nobody takes a part for the whole;
// what is refused before anything was sent is told.
func TestAFileThatIsCutOff(t *testing.T) {
	for _, pieces := range []int{0, 1} {
		d := &cutOff{sampleDesk: &sampleDesk{say: plainly}, pieces: pieces}
		s := &server{desk: d, log: slog.New(slog.DiscardHandler)}
		w := httptest.NewRecorder()
		var err error
		aborted := func() (aborted bool) {
			defer func() { aborted = recover() == http.ErrAbortHandler }() //nolint:errorlint // it is thrown as it is
			err = s.recordTable(w, httptest.NewRequest("GET", "/record.csv", nil))
			return false
		}()
		if aborted != (pieces > 0) || aborted == errors.Is(err, errCut) || pieces == 0 && w.Body.Len() > 0 {
			t.Errorf("%d pieces: aborted %t, %v, %q", pieces, aborted, err, w.Body)
		}
	}
}

// TestAFileIsSentWhileItIsRead: its beginning arrives before its end is known.
func TestAFileIsSentWhileItIsRead(t *testing.T) {
	d := &slowly{sampleDesk: &sampleDesk{say: plainly}, read: make(chan struct{})}
	ts := site(t, d)
	res, err := http.Get(ts.URL + "/record.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := res.Body.Read(make([]byte, 1)); err != nil {
		t.Error(err)
	}
	close(d.read)
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Error(err)
	}
}

// slowly hands on no more than a piece before that was read.
type slowly struct {
	*sampleDesk
	read chan struct{}
}

func (d *slowly) recordFile(ctx context.Context, _ string, _ negotiate.LogFilter, each func([]negotiate.Event) error) error {
	if err := each([]negotiate.Event{{Says: strings.Repeat("long ", 5000)}}); err != nil {
		return err
	}
	select {
	case <-d.read:
		return nil
	case <-time.After(20 * time.Second):
		return errCut
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errCut = errors.New("the disk is gone")

type cutOff struct {
	*sampleDesk
	pieces int
}

func (d *cutOff) recordFile(_ context.Context, _ string, _ negotiate.LogFilter, each func([]negotiate.Event) error) error {
	for range d.pieces {
		if err := each([]negotiate.Event{{ID: "01"}}); err != nil {
			return err
		}
	}
	return errCut
}
