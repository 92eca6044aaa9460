package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/parleysec/parley/internal/negotiate"
)

// TestPagesLeadToSums follows every link of every page to what its figures add up
// from: each opens to at least one sum.
func TestPagesLeadToSums(t *testing.T) {
	ts, _ := liveSite(t, roundsAtOnce(t))
	found := map[string]bool{}
	for page, about := range map[string][]string{
		"/": {""}, "/t/copy": {negotiate.AboutThreat, negotiate.AboutOption, negotiate.AboutLayer}, "/plan?whole=yes": {negotiate.AboutPlan}, "/limits": {""},
		"/layers": {negotiate.AboutLayer}, "/organisation": {negotiate.AboutDeciding},
	} {
		body := get(t, ts, page, http.StatusOK)
		links := regexp.MustCompile(`href="(/sum\?[^"]*)"`).FindAllStringSubmatch(body, -1)
		got := map[string]bool{}
		for _, m := range links {
			link := strings.ReplaceAll(m[1], "&amp;", "&")
			a := regexp.MustCompile(`about=([a-z]+)`).FindStringSubmatch(link + "&about=")
			kind := ""
			if a != nil && strings.Contains(link, a[0]) {
				kind = a[1]
			}
			if got[kind] = true; found[link] || len(found) > 60 {
				continue
			}
			found[link] = true
			if sum := get(t, ts, link, http.StatusOK); !strings.Contains(sum, "<tfoot>") {
				t.Errorf("%s leads to %s, which opens nothing:\n%s", page, link, text(sum))
			}
		}
		for _, want := range about {
			if !got[want] {
				t.Errorf("%s leads to no sum about %q: %v", page, want, links)
			}
		}
	}
}

// TestTheSumIsTheFigureShown: the last row of the average's sum is the exact figure
// of the brief.
func TestTheSumIsTheFigureShown(t *testing.T) {
	ts, _ := liveSite(t, "rounds.yaml")
	exact := regexp.MustCompile(`Expected loss a year</th><td>(£[0-9,.]+)`).FindStringSubmatch(get(t, ts, "/t/copy", http.StatusOK))
	if exact == nil {
		t.Fatal("the brief shows no exact average")
	}
	sum := get(t, ts, "/sum?about=threat&id=copy&figure=expected_annual_loss", http.StatusOK)
	if strings.Count(sum, "<tfoot>") != 1 || !strings.Contains(sum, "<tfoot><tr><th scope=\"row\">Together</th><td>"+exact[1]+"</td>") {
		t.Errorf("no sum of %s:\n%s", exact[1], text(sum))
	}
	for path, status := range map[string]int{
		"/sum?about=weather": http.StatusUnprocessableEntity, "/sum?about=option&id=copy&option=nothing": http.StatusNotFound, "/sum?about=threat&id=nothing": http.StatusNotFound, "/sum?about=plan&with=nothing": http.StatusUnprocessableEntity,
	} {
		if res, body := ask(t, ts, "GET", path, nil, nil); res.StatusCode != status && res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want %d: %s", path, res.StatusCode, status, text(body))
		}
	}
}
