package negotiate

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/testenv"
	"github.com/parleysec/parley/ledger"
)

// Every test that docs/security.md names is there.
func TestSecurityNamesTestsThatExist(t *testing.T) {
	root := testenv.Root(t)
	page, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		suite := strings.Contains(filepath.ToSlash(path), "/storetest/") && strings.HasSuffix(path, ".go")
		if err != nil || e.IsDir() || !suite && !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		code.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test[A-Z]\\w+|[A-Z][a-z]+(?:[A-Z][a-z]+)*)`").FindAllStringSubmatch(string(page), -1)
	if len(named) < 25 {
		t.Fatalf("%d tests named", len(named))
	}
	for _, n := range named {
		if !strings.Contains(code.String(), "func "+n[1]+"(") && !strings.Contains(code.String(), `{"`+n[1]+`", test`) && !strings.Contains(code.String(), `t.Run("`+n[1]+`"`) && n[1] != "Origin" && n[1] != "Host" && n[1] != "Referer" {
			t.Errorf("docs/security.md names %s, which is no test", n[1])
		}
	}
}

// TestD1NoSideDoor tries every way to prolong or weaken a decision in force: each
// passes the rules of a new one, and none changes the one that is there.
func TestD1NoSideDoor(t *testing.T) {
	accepted := func(t *testing.T) *desk {
		d := newDesk(t)
		d.apply(shop)
		d.decide(DecideRequest{Threats: []string{"replay"}, Kind: parley.Accept, Because: "cheap", Until: "2026-12-31"})
		if _, err := d.SetRule(t.Context(), d.tom, RuleRequest{Name: ledger.RuleLongestEnd, Value: "60", Because: "nothing for ever"}); err != nil {
			t.Fatal(err)
		}
		return d
	}
	move := func(d *desk, what string) error {
		_, err := d.Move(d.t.Context(), d.tom, MoveRequest{Decision: "SHOP-D1", Move: what, Because: "x"})
		return err
	}
	again := func(until string, replaces ...string) func(*desk) error {
		return func(d *desk) error {
			_, err := d.accept("replay", func(r *DecideRequest) { r.Until, r.Replaces = until, replaces })
			return err
		}
	}
	for name, try := range map[string]func(*desk) error{
		"approve it again":              func(d *desk) error { return move(d, "approve") },
		"an end further away beside it": again("2027-01-10"),
		"an end too far away":           again("2028-01-01", "SHOP-D1"),
		"an end that is over":           again("2026-01-01", "SHOP-D1"),
		"no end":                        again("", "SHOP-D1"),
		"revive one that was reopened": func(d *desk) error {
			if err := move(d, "reopen"); err != nil {
				d.t.Fatal(err)
			}
			return move(d, "approve")
		},
		"revive one that ended": func(d *desk) error {
			d.time = time.Date(2027, 1, 2, 9, 0, 0, 0, time.UTC)
			d.sweep()
			return move(d, "approve")
		},
		"propose, and approve when the end is over": func(d *desk) error {
			p, err := d.accept("leak", func(r *DecideRequest) { r.Until, r.Propose = "2026-12-01", true })
			if err != nil {
				d.t.Fatal(err)
			}
			d.time = time.Date(2026, 12, 2, 9, 0, 0, 0, time.UTC)
			_, err = d.Move(d.t.Context(), d.tom, MoveRequest{Decision: p.Decisions[0].ShortID, Move: "approve"})
			return err
		},
		"take a mitigation along that is none": func(d *desk) error {
			_, err := d.accept("replay", func(r *DecideRequest) { r.With, r.Replaces = []string{"safe"}, []string{"SHOP-D1"} })
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := accepted(t)
			if err := try(d); parley.KindOfError(err) != parley.Refused {
				t.Errorf("got %v, want it refused", err)
			}
			shown, err := d.Show(t.Context(), d.tom, ShowRequest{Decision: "SHOP-D1"})
			if err != nil || shown.Decision.Until != "2026-12-31" {
				t.Errorf("the decision says %+v (%v)", shown.Decision, err)
			}
		})
	}
}

// TestD1AFileDecidesNothing: a file can neither decide nor prolong: what it
// claims was decided elsewhere is shown, and never in force.
func TestD1AFileDecidesNothing(t *testing.T) {
	d := newDesk(t)
	d.apply(shop + "decisions:\n  - {threats: [leak], kind: accept, because: the board said so, by: priya@example.org, until: 2030-01-01}\n")
	if p := d.status(); len(p.InForce) != 0 || len(p.Waiting) != 3 {
		t.Errorf("%+v", p)
	}
}

// TestD9TwoApproversAtOnce: of two approvals at the same moment one is recorded;
// a decision or an approval that is sent again records nothing.
func TestD9TwoApproversAtOnce(t *testing.T) {
	d := newDesk(t)
	d.apply(shop)
	id := d.propose("replay")
	before := d.size()
	errs := make([]error, 4)
	now := d.time
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			s := &Service{Ledger: d.Ledger, Now: func() time.Time { return now }}
			defer s.Close()
			_, errs[i] = s.Move(t.Context(), Local("helen", ViaCLI), MoveRequest{Decision: id, Move: "approve"})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if parley.KindOfError(err) != parley.Refused || !strings.Contains(err.Error(), "in force") {
			t.Errorf("got %v", err)
		}
	}
	if won != 1 || d.size() != before+2 {
		t.Errorf("%d approvals, %d events", won, d.size()-before)
	}
	req := DecideRequest{Threats: []string{"leak"}, Kind: parley.Accept, Because: "rare", Until: "2027-06-30"}
	d.decide(req)
	before = d.size()
	if _, err := d.Decide(t.Context(), d.tom, req); !refusedFor(err, ledger.Same) || d.size() != before {
		t.Errorf("sent again: %v", err)
	}
}
