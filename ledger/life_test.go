package ledger

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

// life is the table of docs/decisions.md, written out again.
var life = map[Status]string{
	Proposed:   "challenged agreed rejected superseded withdrawn",
	Challenged: "proposed agreed rejected superseded withdrawn",
	Agreed:     "in-force superseded withdrawn",
	InForce:    "superseded expired reopened withdrawn",
	Reopened:   "superseded withdrawn",
	Rejected:   "", Superseded: "", Expired: "", Retracted: "",
}

// TestEveryMove tries each state to each state.
func TestEveryMove(t *testing.T) {
	for _, from := range Statuses() {
		allowed, ok := life[from]
		if !ok {
			t.Errorf("%s is not in the table", from)
		}
		for _, to := range Statuses() {
			legal := slices.Contains(strings.Fields(allowed), strings.ReplaceAll(string(to), " ", "-"))
			err := CheckMove("SHOP-D1", from, to)
			if (err == nil) != legal {
				t.Errorf("%s → %s: %v", from, to, err)
			}
			var me *MoveError
			if err != nil && (!errors.As(err, &me) || me.From != from || me.To != to || !strings.Contains(err.Error(), string(from))) {
				t.Errorf("%s → %s: the error says %v", from, to, err)
			}
		}
		if from.Ended() != (allowed == "") {
			t.Errorf("%s has ended: %v", from, from.Ended())
		}
	}
	if CheckMove("SHOP-D1", "imagined", Agreed) == nil || CheckMove("SHOP-D1", Proposed, "imagined") == nil {
		t.Error("a state that does not exist")
	}
}

// TestNothingLeadsBackIntoForce (D1): prolonging or reviving is always a new decision.
func TestNothingLeadsBackIntoForce(t *testing.T) {
	for _, from := range []Status{InForce, Reopened, Expired, Superseded, Retracted, Rejected} {
		reach := map[Status]bool{}
		for queue := Moves(from); len(queue) > 0; queue = queue[1:] {
			if !reach[queue[0]] {
				reach[queue[0]] = true
				queue = append(queue, Moves(queue[0])...)
			}
		}
		if reach[InForce] {
			t.Errorf("%s leads back into force", from)
		}
	}
}

// TestMovesInTheFold plays every path of at most four moves and checks that the
// fold allows exactly the legal ones.
func TestMovesInTheFold(t *testing.T) {
	b := newBook(t)
	b.apply(shop())
	b.add(Draft{Product: "shop", Body: &DecisionRecorded{Terms{Threats: []string{"leak"}, Kind: parley.Mitigate, With: []string{"prepared"}, Because: "x", Propose: true}}})
	tried := 0
	var walk func(s *book, depth int)
	walk = func(at *book, depth int) {
		d := at.shop().Decision("SHOP-D1")
		for _, to := range Statuses() {
			next := &book{tb: t, state: at.state, now: at.now}
			err := next.try(Draft{Product: "shop", Body: &DecisionMoved{Decision: "SHOP-D1", To: to}})
			tried++
			if legal := CheckMove("SHOP-D1", d.Status, to) == nil; legal != (err == nil) {
				t.Fatalf("%v then %s: %v", d.History, to, err)
			}
			if err == nil {
				got := next.shop().Decision("SHOP-D1")
				if got.Status != to || got.History[len(got.History)-1].To != to || len(got.History) != len(d.History)+1 {
					t.Fatalf("after %s: %+v", to, got)
				}
				if depth > 1 {
					walk(next, depth-1)
				}
			}
		}
	}
	walk(b, 4)
	if tried < 100 {
		t.Errorf("only %d moves tried", tried)
	}
}

func TestLifeIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/decisions.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range Statuses() {
		var to []string
		for _, s := range Moves(from) {
			to = append(to, string(s))
		}
		row := "| " + string(from) + " | " + strings.Join(to, ", ") + " |"
		if len(to) == 0 {
			row = "| " + string(from) + " | nothing: it is final |"
		}
		if !strings.Contains(string(doc), row) {
			t.Errorf("docs/decisions.md lacks the row %s", row)
		}
	}
}
