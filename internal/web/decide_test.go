package web

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/parleysec/parley"
)

func TestReadAnswer(t *testing.T) {
	for _, c := range []struct {
		form string
		want answer
		err  string
	}{
		{"answer=do&act=mitigate&with=mitigate:a&with=mitigate:b&with=transfer:c&drops=x&because=+now+&brief=d&seen=s&by=Helen&replaces=D1", answer{act: "mitigate", kind: parley.Mitigate, with: []string{"a", "b"}, because: "now", digest: "d", seen: "s", by: "Helen", replaces: []string{"D1"}, open: "do"}, ""},
		{"answer=live&kind=accept&until=2027-01-31&because=x", answer{kind: parley.Accept, until: "2027-01-31", date: "2027-01-31", because: "x", open: "live"}, ""},
		{"answer=live&kind=defer&until=&stage=beta&because=x", answer{kind: parley.Defer, until: "beta", stage: "beta", because: "x", open: "live"}, ""},
		{"answer=do&act=transfer&with=transfer:insure&because=x", answer{act: "transfer", kind: parley.Transfer, with: []string{"insure"}, because: "x", open: "do"}, ""},
		{"answer=do&act=avoid&with=avoid:portal&drops=+the+export+&because=x", answer{act: "avoid", kind: parley.Avoid, with: []string{"portal"}, drops: "the export", because: "x", open: "do"}, ""},
		{"answer=do&act=mitigate&because=x", answer{act: "mitigate", kind: parley.Mitigate, because: "x", open: "do"}, ""}, // that nothing is ticked is the ledger's to say
		{"answer=do&with=mitigate:a&because=x", answer{}, "choose how"},
		{"answer=do&act=accept&with=accept:a", answer{}, "choose how"},
		{"answer=do&act=mitigate&with=a", answer{}, "could not be read"},
		{"answer=live&kind=accept&until=beta&not_applicable=no+such+data", answer{kind: parley.Accept, until: "beta", date: "beta", notApplicable: "no such data", open: "live"}, ""},
		{"answer=ask&because=who+knows", answer{kind: parley.Escalate, because: "who knows", open: "ask"}, ""},
		{"answer=ask&because=%00who%00+knows%00", answer{kind: parley.Escalate, because: "who knows", open: "ask"}, ""},
		{"answer=ask", answer{kind: parley.Escalate, open: "ask"}, ""}, // that a reason is missing is the ledger's to say
		{"because=x", answer{}, "one of the three"},
		{"answer=maybe&because=x", answer{}, "one of the three"},
		{"answer=live&because=x", answer{}, "accept the risk or to defer"},
		{"answer=live&kind=transfer&because=x", answer{}, "accept the risk or to defer"},
		{"answer=live&kind=accept&until=2027-01-31&stage=beta", answer{}, "not both"},
		{"answer=do&because=x&decider=helen", answer{}, "no field “decider”"},
		{"answer=do&because=x&status=agreed", answer{}, "no field “status”"},
		{"answer=do&because=x&because=y", answer{}, "once"},
		{"answer=live&kind=accept&with=a", answer{}, "things to be done"},
	} {
		form, err := url.ParseQuery(c.form)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readAnswer("copy", form)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) || parley.KindOfError(err) != parley.Invalid {
				t.Errorf("%s: error %v, want %q", c.form, err, c.err)
			}
			continue
		}
		c.want.threat = "copy"
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v, want %+v", c.form, got, err, c.want)
		}
	}
}

// changed is a conflict that names what moved.
type changed struct{ error }

func (changed) Changes() []Change {
	return []Change{{"Chance within two years", "13 of 100", "27 of 100"}}
}

func (c changed) Unwrap() error { return c.error }

// TestARefusedAnswerComesBack keeps what was typed and says why.
func TestARefusedAnswerComesBack(t *testing.T) {
	conflict := changed{&parley.Error{Kind: parley.Conflict, Hint: "look again", Err: errText("the figures moved")}}
	for _, c := range []struct {
		err    error
		status int
		want   []string
	}{
		{parley.Errorf(parley.Refused, "decide", "accepting needs an end").WithHint("give a date"), 422, []string{"Accepting needs an end.", "Give a date."}},
		{parley.Errorf(parley.Forbidden, "decide", "grave harm is Helen’s"), 403, []string{"Grave harm is Helen’s."}},
		{conflict, http.StatusConflict, []string{"The figures moved.", "13 of 100", "27 of 100"}},
	} {
		ts := site(t, &sampleDesk{say: plainly, err: c.err})
		res, body := ask(t, ts, "POST", "/t/copy/decide", url.Values{
			"answer": {"live"}, "kind": {"defer"}, "until": {"2027-02-03"}, "because": {"typed <b>before</b>"}, "brief": {"old"},
		}, nil)
		if res.StatusCode != c.status {
			t.Errorf("%v: %d", c.err, res.StatusCode)
		}
		for _, want := range append(c.want, "typed &lt;b&gt;before&lt;/b&gt;", `value="2027-02-03"`, `value="defer" checked`, `name="answer" open`) {
			if !strings.Contains(body, want) {
				t.Errorf("%v: no %q on the page", c.err, want)
			}
		}
		if strings.Contains(body, `value="old"`) {
			t.Errorf("%v: the form would again vouch for the brief that was not seen", c.err)
		}
	}
}

type errText string

func (e errText) Error() string { return string(e) }

func TestC3NoticeOnlyForWhatIsRecorded(t *testing.T) {
	ts := site(t, &sampleDesk{say: plainly})
	if _, body := ask(t, ts, "GET", "/t/copy?recorded=ROUNDS-D2", nil, nil); !strings.Contains(body, "Your answer is recorded.") {
		t.Error("nothing says that it was recorded")
	}
	if _, body := ask(t, ts, "GET", "/t/copy?recorded=you+won+a+prize", nil, nil); strings.Contains(body, "prize") {
		t.Error("an address can put words onto the page")
	}
}
