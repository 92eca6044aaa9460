package negotiate

import (
	"os"
	"strings"
	"testing"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/ledger"
)

// TestErase: a name goes, wherever it is data; where people wrote it themselves is listed,
// however it is written there; the record, a checkpoint and a proof from before go on to hold;
// neither the file nor an export holds the name where it was data.
func TestErase(t *testing.T) {
	const name = `Zoë "Zed" O'Neil <zed@example.org> \\ <b>`
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-31", By: name})
	said, err := d.AddNote(t.Context(), d.tom, NoteRequest{Kind: ledger.NoteComment, About: "SHOP-T2", Text: "I asked " + strings.ToUpper(name) + " today"})
	if err != nil {
		t.Fatal(err)
	}
	checkpoint, err := d.Checkpoint(t.Context(), d.tom)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := d.Prove(t.Context(), d.tom, ProveRequest{Decision: "SHOP-D1"})
	if err != nil {
		t.Fatal(err)
	}

	r, err := d.Erase(t.Context(), d.tom, EraseRequest{Person: name, Because: "asked for"})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Texts) != 1 || r.Texts[0].Type != "note.added" {
		t.Errorf("texts that hold the name: %+v; said %+v", r.Texts, said)
	}
	v, err := d.Verify(t.Context(), d.tom, VerifyRequest{Checkpoints: [][]byte{checkpoint}})
	if err != nil || !v.OK {
		t.Errorf("%+v %v", v, err)
	}
	since, err := d.Prove(t.Context(), d.tom, ProveRequest{Decision: "SHOP-D1"})
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string][]byte{"the proof from before": proof, "one made since": since} {
		if c, err := d.CheckProof(t.Context(), d.tom, CheckProofRequest{Proof: text}); err != nil || !c.OK {
			t.Errorf("%s: %+v %v", what, c, err)
		}
		if held := strings.Contains(string(text), "zed@example.org"); held != (what == "the proof from before") {
			t.Errorf("%s holds the name: %v", what, held)
		}
	}
	show, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: "SHOP-D1"})
	if err != nil || !ledger.IsErased(show.Decision.By) {
		t.Errorf("decided by %q, %v", show.Decision.By, err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(d.Ledger)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(file), "zed@example.org"); n != 0 {
		t.Errorf("the file holds the name %d times as it was given", n)
	}
}

// TestEraseRefuses says why, and what would be right.
func TestEraseRefuses(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-31", By: "helen@example.org"})
	for name, c := range map[string]struct {
		req  EraseRequest
		says string
	}{
		"nobody":     {EraseRequest{Person: " ", Because: "x"}, "no name is given"},
		"no reason":  {EraseRequest{Person: "helen@example.org"}, "reason"},
		"oneself":    {EraseRequest{Person: d.tom.ID, Because: "x"}, "nobody erases their own name"},
		"the reason": {EraseRequest{Person: "helen@example.org", Because: "Helen@example.org asked"}, "the reason names the person"},
		"a slip":     {EraseRequest{Person: "Hellen@example.org", Because: "x"}, "did you mean helen@example.org?"},
	} {
		_, err := d.Erase(t.Context(), d.tom, c.req)
		text := ""
		if e, ok := err.(*parley.Error); ok { //nolint:errorlint // the outermost one carries the hint
			text = e.Error() + " " + e.Hint
		}
		if !strings.Contains(text, c.says) {
			t.Errorf("%s: %v (%s)", name, err, text)
		}
	}
}
