package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// fieldsOfOption are the fields of the form about the only option of a page, hidden
// ones too.
func fieldsOfOption(t *testing.T, body string) url.Values {
	t.Helper()
	form := url.Values{}
	at := strings.Index(body, `id="option1"`)
	if at < 0 {
		t.Fatal("no form about an option")
	}
	body, _, _ = strings.Cut(body[at:], "</form>")
	for _, m := range regexp.MustCompile(`name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		form.Set(m[1], m[2])
	}
	return form
}

// TestSayWhatAnOptionTakes: what an import left open is said on the page, without any
// script, and the option is judged; what cannot be read comes back at its field, and
// who looked before somebody else said it is told what differs.
func TestSayWhatAnOptionTakes(t *testing.T) {
	ts, _ := liveSite(t, unpriced)
	page := get(t, ts, "/t/leak", http.StatusOK)
	wants(t, page, "Say what it takes: Encrypt them", "Needs a cost before it can be judged")
	form := fieldsOfOption(t, page)
	set := func(fields ...string) url.Values {
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return form
	}
	_, body := post(t, ts, "/t/leak/options", set("effort", "<b>ages", "once", "5k", "likelihood", "140%", "because", "Jo & I tried"), http.StatusUnprocessableEntity)
	for _, want := range []string{`value="&lt;b&gt;ages"`, `id="option1-effort-wrong"`, `id="option1-likelihood-wrong"`, `aria-invalid="true"`, `<details class="behind" open><summary>Say what it takes`, `value="Jo &amp; I tried"`, `value="5k"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(body, `id="option1-once-wrong"`) || strings.Contains(body, "<b>ages") {
		t.Error("a field that is right is told as wrong, or a text is no text")
	}
	post(t, ts, "/t/leak/options", set("because", "", "effort", "3d", "likelihood", "40%..70%"), http.StatusUnprocessableEntity)
	_, body = post(t, ts, "/t/leak/options", set("because", "<i>Jo</i> tried"), http.StatusUnprocessableEntity)
	wants(t, body, "What a day of work costs is not said yet")
	ts, _ = liveSite(t, strings.Replace(unpriced, "threats:", "policy: {person_day: 650}\nthreats:", 1))
	res, _ := post(t, ts, "/t/leak/options", form, http.StatusSeeOther)
	if to := res.Header.Get("Location"); to != "/t/leak#options" {
		t.Errorf("it leads to %s", to)
	}
	page = get(t, ts, "/t/leak", http.StatusOK)
	wants(t, page, "work: not said → 3d", "how much of the events it stops: not said → 40%..70%")
	if strings.Contains(text(page), "before it can be judged") || strings.Contains(page, "<i>Jo") {
		t.Error("it cannot be judged yet, or a reason is more than text")
	}
	_, body = post(t, ts, "/t/leak/options", set("effort", "9d", "because", "I said so"), http.StatusConflict)
	wants(t, body, "omebody else said this anew since you looked", "work: not said → 3d")
	again := fieldsOfOption(t, body)
	if again.Get("effort") != "9d" || again.Get("seen_effort") != "3d" || again.Get("because") != "I said so" {
		t.Errorf("%v", again)
	}
	post(t, ts, "/t/leak/options", again, http.StatusSeeOther)
	if now := fieldsOfOption(t, get(t, ts, "/t/leak", http.StatusOK)); now.Get("effort") != "9d" {
		t.Errorf("said all the same, it is %v", now)
	}
	post(t, ts, "/t/leak/options", set("option", "absent"), http.StatusNotFound)
	post(t, ts, "/t/absent/options", set("option", "fix"), http.StatusNotFound)
	post(t, ts, "/t/leak/options", set("colour", "red"), http.StatusUnprocessableEntity)
}
