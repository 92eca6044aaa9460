package outgoing

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// hostile are texts of which one chat or another makes something.
var hostile = []string{
	"<!channel> <!here> <@U024BE7LH> <#C024BE7LR|general>", "@here @channel @all @everyone helen@example.org", "<users/all>", "<@&123> <@!5>",
	"<https://evil.example/x|the brief>", "[the brief](https://evil.example/x)", "![x](https://evil.example/x.png)", "https://evil.example/x HTTP://evil.example ftp://x", "www.evil.example evil.example.co.uk",
	"mailto:x@evil.example javascript:alert(1) slack://open", "*bold* _italic_ ~gone~ `code` ```block``` **x** __y__ ~~z~~ ||spoiler||", "&lt;!channel&gt; &#60;!here&#62; &amp;lt;", "&lt!channel&gt &#60!here&#62 &amp", ":tada::x: :+1:", "# heading > quote",
	"a\u202eb\u200bc\u2066d\x00\x1b[31m\r\n- list\n# heading\u2028x", "\xff\xfe", strings.Repeat("ü", 500), strings.Repeat("a.b", 500), "\\*x\\*", "<t:1618953630:R> </cmd:1> <a:x:1>",
}

// means finds what a chat would make something of.
var means = regexp.MustCompile("[<>@*_~`|\\[\\]#\\\\]|://|&#?\\w+;|:[\\w+-]+:|[\\pL\\pN-]\\.\\pL|(?i:mailto|javascript|tel|sms|data):|[\\pC\\p{Zl}\\p{Zp}]")

// Whatever a text of others says, a chat makes nothing of it, and it is one line of
// bounded length in which everything that can be seen still is.
func TestTextsAreHarmlessInChats(t *testing.T) {
	for _, s := range hostile {
		got := Harmless(s, 100)
		if x := means.FindString(got); x != "" || utf8.RuneCountInString(got) > 100 || !utf8.ValidString(got) || html.UnescapeString(got) != got {
			t.Errorf("%q became %q: %q", s, got, x)
		}
	}
	for s, want := range map[string]string{
		"Records are stolen (10% of £5.5k, v1.2): who pays?": "Records are stolen (10% of £5.5k, v1.2): who pays?",
		"R&D at 10:30, “AT&T”; it’s 5 > 3":                   "R&D at 10:30, “AT&T”; it’s 5 › 3",
		"helen@example.org":                                  "helen＠example․org",
		"":                                                   "",
	} {
		if got := Harmless(s, 100); got != want {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
	}
}

func FuzzHarmless(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Harmless(s, 100)
		if x := means.FindString(got); x != "" || utf8.RuneCountInString(got) > 100 || html.UnescapeString(got) != got {
			t.Fatalf("%q became %q: %q", s, got, x)
		}
	})
}

// The body is what each chat documents: Slack, Mattermost, Rocket.Chat and Google Chat
// take a text, Discord a content of 2000 characters that mentions nobody and shows no
// previews, Teams a card in a message. None gets the headers of a signature.
func TestChatsTakeTheirBody(t *testing.T) {
	lines, link := []string{"Shop: one", "two"}, "https://parley.example.org/t/leak"
	var body map[string]any
	var headers http.Header
	status := http.StatusOK
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers, body = r.Header, nil
		b, _ := io.ReadAll(r.Body)
		if json.Unmarshal(b, &body) != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.WriteHeader(status)
	}))
	defer chat.Close()
	send := func(kind, link string, lines ...string) {
		t.Helper()
		b, err := ChatBody(kind, lines, link, "Open")
		if err == nil {
			err = Webhooks{Guard: here}.Send(t.Context(), Message{URL: chat.URL + "/services/T/B/x", At: time.Now(), Body: b})
		}
		if err != nil {
			t.Fatal(err)
		}
		for name := range headers {
			if strings.HasPrefix(name, "Webhook-") {
				t.Errorf("%s has the header %s", kind, name)
			}
		}
	}
	send(ChatText, link, lines...)
	if len(body) != 1 || body["text"] != "Shop: one\ntwo\n"+link {
		t.Errorf("a text: %v", body)
	}
	status = http.StatusNoContent
	send(ChatDiscord, link, strings.Repeat("ü", 5000))
	content, _ := body["content"].(string)
	parse, _ := body["allowed_mentions"].(map[string]any)["parse"].([]any)
	if utf8.RuneCountInString(content) > 2000 || !strings.HasSuffix(content, "…\n"+link) || parse == nil || len(parse) != 0 || body["flags"] != 4.0 {
		t.Errorf("Discord: %v", body)
	}
	status = http.StatusAccepted
	send(ChatTeams, link, lines...)
	const want = `{"attachments":[{"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","actions":[{"title":"Open","type":"Action.OpenUrl","url":"https://parley.example.org/t/leak"}],"body":[{"inlines":[{"text":"Shop: one","type":"TextRun"}],"type":"RichTextBlock"},{"inlines":[{"text":"two","type":"TextRun"}],"type":"RichTextBlock"}],"type":"AdaptiveCard","version":"1.2"},"contentType":"application/vnd.microsoft.card.adaptive"}],"type":"message"}`
	if got, _ := json.Marshal(body); string(got) != want {
		t.Errorf("Teams: %s", got)
	}
	send(ChatTeams, "", "a test")
	if got, _ := json.Marshal(body); strings.Contains(string(got), "OpenUrl") || !strings.Contains(string(got), `"actions":[]`) {
		t.Errorf("without a link: %s", got)
	}
}

// Of the address of a chat only its host is ever seen.
func TestN3AddressesOfChatsAreMasked(t *testing.T) {
	for address, want := range map[string]string{
		"https://hooks.slack.com/services/T0/B0/secret":                  "https://hooks.slack.com/…",
		"https://chat.example.org:8443/hooks/secret?token=secret#secret": "https://chat.example.org:8443/…",
		"https://user:secret@chat.example.org/x":                         "https://chat.example.org/…",
		"://secret":                                                      "…",
	} {
		if got := Masked(address); got != want {
			t.Errorf("%s: %s", address, got)
		}
	}
	for address, want := range map[string]string{
		"https://hooks.slack.com/services/x": ChatText, "https://DISCORD.com/api/webhooks/1/x": ChatDiscord, "https://ptb.discord.com/x": ChatDiscord, "https://office1.webhook.office.com/x": ChatTeams,
		"https://hooks.example.com/x": "", "https://notdiscord.com/x": "", "://": "",
	} {
		if got := ChatAt(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
