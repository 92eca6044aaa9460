package web

import (
	"encoding/csv"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestWhatIsLeftAsItIs: who left what, on whose authority, what was not chosen,
// filtered by an amount, a name, and what has ended; and the same as a table.
func TestWhatIsLeftAsItIs(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	wants(t, get(t, ts, "/lived", http.StatusOK), "Nothing was left as it is")
	for id, because := range map[string]string{"phone": "=later, “soon”", "bank": "Once in five years."} {
		form := filled(t, get(t, ts, "/t/"+id, http.StatusOK), "live")
		form.Set("because", because)
		form.Set("until", "2027-09-19")
		post(t, ts, "/t/"+id+"/decide", form, http.StatusSeeOther)
	}
	all := get(t, ts, "/lived", http.StatusOK)
	wants(t, all, "Two decisions leave something as it is", "phone is lost with visit notes open", "Once in five years.", "priya@larkspur.example", "until 19 September 2027", "on average, as their deciders saw it", "No matrix says")
	wants(t, get(t, ts, "/record", http.StatusOK), "What is left as it is: who accepted what")
	addsUp(t, all)
	large := get(t, ts, "/lived?above=50k", http.StatusOK)
	if body := text(large); !strings.Contains(body, "One decision leaves") || strings.Contains(body, "phone is lost") {
		t.Errorf("above 50k: %s", body)
	}
	if !strings.Contains(large, `href="/lived.csv?above=50k"`) {
		t.Error("the table is not that of the page")
	}
	wants(t, get(t, ts, "/lived?who=helen", http.StatusOK), "No decision of those asked for leaves something as it is")
	wants(t, get(t, ts, "/lived?ended=yes", http.StatusOK), "No decision of those asked for leaves something as it is")
	wants(t, get(t, ts, "/lived?above=plenty", http.StatusUnprocessableEntity), "plenty")

	rows, err := csv.NewReader(strings.NewReader(get(t, ts, "/lived.csv", http.StatusOK))).ReadAll()
	if err != nil || len(rows) != 3 || len(rows[0]) != 24 {
		t.Fatalf("%q, %v", rows, err)
	}
	if table := strings.Join(append(rows[1], rows[2]...), "|"); !strings.Contains(table, "'=later") || strings.Contains(table, "|=later") {
		t.Errorf("a reason is a formula: %s", table)
	}
	get(t, ts, "/lived.csv?above=plenty", http.StatusUnprocessableEntity)
	if md := get(t, ts, "/lived.md?above=50k", http.StatusOK); !strings.Contains(md, "# ") || strings.Contains(md, "phone is lost") || !strings.Contains(md, "Once in five years") {
		t.Errorf("the text is not that of the page: %s", md)
	}
}

// addsUp adds the terms that a page opens a sum to, and compares them with what it
// says they come to.
func addsUp(t *testing.T, page string) {
	t.Helper()
	_, part, found := strings.Cut(page, "How the average adds up")
	part, _, _ = strings.Cut(part, "</table>")
	sum, last, terms := 0.0, 0.0, 0
	for _, m := range regexp.MustCompile(`<td>[^0-9<]*([0-9,.]+)</td>`).FindAllStringSubmatch(part, -1) {
		x, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", ""), 64)
		if err != nil {
			t.Fatal(err)
		}
		sum, last, terms = sum+last, x, terms+1
	}
	if !found || terms < 3 || math.Abs(sum-last) > 0.005*float64(terms) || last <= 0 {
		t.Errorf("%d terms come to %v, the page says %v", terms, sum, last)
	}
}

// TestLivedAddresses read back as what they were made of.
func TestLivedAddresses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z&=? ]{0,8}`)
		ask := livedAsk{product: word.Draw(t, "product"), above: strings.TrimSpace(word.Draw(t, "above")), who: strings.TrimSpace(word.Draw(t, "who")), ended: rapid.Bool().Draw(t, "ended")}
		u, err := url.Parse(ask.url("/lived"))
		if err != nil {
			t.Fatal(err)
		}
		if got := readLived(u.Query()); got != ask {
			t.Fatalf("%+v reads back as %+v", ask, got)
		}
	})
}

// TestVerifyWithACheckpoint kept elsewhere: one of this record fits, one of
// another does not, and what is none says nothing about the record.
func TestVerifyWithACheckpoint(t *testing.T) {
	ts, s := liveSite(t, quarters)
	_, other := liveSite(t, ways)
	own, err := s.Checkpoint(t.Context(), priya)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.Checkpoint(t.Context(), priya)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(text string, status int) string {
		return get(t, ts, "/record?"+url.Values{"checkpoint": {text}}.Encode(), status)
	}
	wants(t, ask(strings.ReplaceAll(string(own), "\n", "\r\n"), http.StatusOK), "The record fits what you brought.", "and they fit together")
	if page := text(ask(string(foreign), http.StatusOK)); strings.Contains(page, "The record fits") || !strings.Contains(page, "The record was changed") {
		t.Errorf("another record's checkpoint fits: %s", page)
	}
	wants(t, ask("nonsense", http.StatusUnprocessableEntity), "This is no checkpoint", "and they fit together")

	// As the form of the page sends it: typed, or as a file, which counts.
	send := func(typed string, file []byte, status int) string {
		return uploadTo(t, ts, checkedPath, "file", map[string]string{"checkpoint": typed}, map[string][]byte{"kept.txt": file}, status)
	}
	wants(t, send("", own, http.StatusOK), "The record fits what you brought.")
	wants(t, send(string(own), nil, http.StatusOK), "The record fits what you brought.")
	wants(t, send(string(own), foreign, http.StatusOK), "The record was changed")
	wants(t, send("", []byte("nonsense"), http.StatusUnprocessableEntity), "This is no checkpoint", "and they fit together")
	wants(t, uploadTo(t, ts, checkedPath, "other", nil, map[string][]byte{"x": own}, http.StatusUnprocessableEntity), "other")
}
