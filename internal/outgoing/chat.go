package outgoing

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Kinds of chats, by the body that their incoming webhooks take.
const (
	ChatText    = "chat"    // {"text": …}: Slack, Mattermost, Rocket.Chat, Google Chat
	ChatDiscord = "discord" // {"content": …}
	ChatTeams   = "teams"   // a card, as the workflows of Microsoft Teams take it
)

// Chats are the kinds of chats.
func Chats() []string { return []string{ChatText, ChatDiscord, ChatTeams} }

// IsChat reports whether a kind is one of a chat.
func IsChat(kind string) bool { return slices.Contains(Chats(), kind) }

// Masked is the address of a chat as it may be seen: by whom it is kept, without the
// rest, by which anybody could write there.
func Masked(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "…"
	}
	return u.Scheme + "://" + u.Host + "/…"
}

// chatHosts are where chats are kept that many use, with the kind of each.
var chatHosts = map[string]string{
	"hooks.slack.com": ChatText, "chat.googleapis.com": ChatText, "discord.com": ChatDiscord, "discordapp.com": ChatDiscord, "webhook.office.com": ChatTeams,
}

// ChatAt is the kind of the chat that an address is known to be of, "" for none.
func ChatAt(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for host, kind := range chatHosts {
		if name := strings.ToLower(u.Hostname()); name == host || strings.HasSuffix(name, "."+host) {
			return kind
		}
	}
	return ""
}

// maxSaid bounds a message to a chat, in characters; Discord takes 2000.
const maxSaid = 1800

// ChatBody is a message to a chat: lines of text, and a link below
// them under a word to open it, "" for none. What stands in
// the lines of others' texts must be [Harmless].
func ChatBody(kind string, lines []string, link, open string) ([]byte, error) {
	text := strings.Join(lines, "\n")
	if r := []rune(text); len(r) > maxSaid {
		text = string(r[:maxSaid-1]) + "…"
	}
	below := text
	if link != "" {
		below += "\n" + link
	}
	switch kind {
	case ChatDiscord:
		return json.Marshal(discord{Content: below, Mentions: mentions{Parse: []string{}}, Flags: withoutPreview})
	case ChatTeams:
		var body []cardText
		for line := range strings.Lines(text) {
			body = append(body, cardText{Type: "RichTextBlock", Runs: []cardRun{{Type: "TextRun", Text: strings.TrimSuffix(line, "\n")}}})
		}
		actions := []cardAction{}
		if link != "" {
			actions = append(actions, cardAction{Type: "Action.OpenUrl", Title: open, URL: link})
		}
		return json.Marshal(teams{Type: "message", Attachments: []attachment{{Type: "application/vnd.microsoft.card.adaptive", Card: card{
			Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.2", Body: body,
			Actions: actions,
		}}}})
	}
	return json.Marshal(map[string]string{"text": below})
}

// withoutPreview is Discord's flag for a message whose links are not looked at.
const withoutPreview = 1 << 2

type discord struct {
	Content  string   `json:"content"`
	Mentions mentions `json:"allowed_mentions"`
	Flags    int      `json:"flags"`
}

type mentions struct {
	Parse []string `json:"parse"` // nobody, whatever stands in the text
}

type teams struct {
	Type        string       `json:"type"`
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	Type string `json:"contentType"`
	Card card   `json:"content"`
}

type card struct {
	Schema  string       `json:"$schema"`
	Type    string       `json:"type"`
	Version string       `json:"version"`
	Body    []cardText   `json:"body"`
	Actions []cardAction `json:"actions"`
}

// cardText is a paragraph of runs, which, unlike a block of text, take no Markdown.
type cardText struct {
	Type string    `json:"type"`
	Runs []cardRun `json:"inlines"`
}

type cardRun struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type cardAction struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

// alike are characters that look like those which mean something to a chat: there is no
// way to escape them that all chats know.
var alike = strings.NewReplacer(
	"@", "＠", "<", "‹", ">", "›", "*", "∗", "_", "ˍ", "~", "∼", "`", "ˋ", "[", "［", "]", "］",
	"#", "＃", "|", "¦", `\`, "＼", "://", "꞉//",
)

var (
	entity = regexp.MustCompile(`&#?\w+;?`)
	emoji  = regexp.MustCompile(`:([\w+-]+):`)
	scheme = regexp.MustCompile(`(?i)\b(mailto|tel|sms|javascript|data):`)
	dotted = regexp.MustCompile(`([\pL\pN-])\.(\pL)`) // what may be taken for the name of a site
)

// Harmless is a text of others for a chat, in one line of at most so many characters:
// it mentions nobody, links nowhere, formats nothing, and hides and moves nothing.
func Harmless(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if hidden(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	s = alike.Replace(s)
	s = entity.ReplaceAllStringFunc(s, func(name string) string {
		if strings.HasSuffix(name, ";") || html.UnescapeString(name) != name { // some need no end
			return "＆" + name[1:]
		}
		return name
	})
	s = scheme.ReplaceAllString(s, "${1}꞉")
	for emoji.MatchString(s) {
		s = emoji.ReplaceAllString(s, "꞉$1꞉")
	}
	for dotted.MatchString(s) {
		s = dotted.ReplaceAllString(s, "$1․$2")
	}
	return s
}
