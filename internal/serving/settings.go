package serving

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

// Settings are the choices of whoever runs a server.
type Settings struct {
	Listen string // host and port to listen on; port 0 takes a free one
	URL    string // the address people use, without a path; "" for the one listened on
	Ledger string // address of the ledger
	Direct string // its address past a pooler, for live notice; "" for none

	TLSCert, TLSKey string         // PEM files; "" without TLS
	ACME            ACME           // an authority that gives certificates; without a directory there is none
	BehindProxy     []netip.Prefix // whose X-Forwarded-For and -Proto count

	LogFormat    string     // text or json
	LogLevel     slog.Level // of the least line that is written
	MetricsToken string     // who has it may read the metrics from elsewhere; "" for nobody

	Requests int           // requests worked on at once
	Queue    int           // requests that may wait for one of them to end
	Drain    time.Duration // from being not ready to taking no more connections
	Goodbye  time.Duration // for requests under way once the server stops

	SessionIdle, SessionAbsolute time.Duration // how long a session lasts without use, and in all

	OIDC OIDC // a provider that says who people are; without an issuer there is none

	AllowNetworks []netip.Prefix // networks of one's own that outgoing requests may reach
	SMTP          string         // host and port of the mail server; "" for no mail
	SMTPUser      string
	SMTPPassword  string
	MailFrom      string // the address mail comes from

	Traces Traces // where spans go; without an endpoint there are none

	Ignored []string // what the environment says that is not followed, each as a sentence for the log
}

// OIDC is an OpenID Connect provider as whoever runs a server describes it.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	Scopes                         []string // asked for besides those that are always asked for
	Groups                         string   // claim that names groups
	Roles                          []Grant  // what groups lead to
}

// Grant is a role that the members of a group get.
type Grant struct {
	Group, Role, Product string // product "" for the organisation
}

// setting is one line of the table of settings. Its name is that of the flag;
// the file has it with underscores, the environment as PARLEY_NAME.
type setting struct {
	name     string
	standard string
	secret   bool // never a flag, never printed; may be given as NAME-file
	list     bool // the file may have it as a list
	also     []variable
	read     func(s *Settings, text string) error
}

var settings = []setting{
	{name: "listen", standard: "127.0.0.1:8080", read: text(func(s *Settings) *string { return &s.Listen })},
	{name: "url", read: text(func(s *Settings) *string { return &s.URL })},
	{name: "ledger", standard: "parley.db", read: text(func(s *Settings) *string { return &s.Ledger })},
	{name: "ledger-direct", read: text(func(s *Settings) *string { return &s.Direct })},
	{name: "tls-cert", read: text(func(s *Settings) *string { return &s.TLSCert })},
	{name: "tls-key", read: text(func(s *Settings) *string { return &s.TLSKey })},
	{name: "acme", read: text(func(s *Settings) *string { return &s.ACME.Directory })},
	{name: "acme-email", read: text(func(s *Settings) *string { return &s.ACME.Email })},
	{name: "acme-cache", standard: "parley-acme", read: text(func(s *Settings) *string { return &s.ACME.Cache })},
	{name: "acme-ca", read: text(func(s *Settings) *string { return &s.ACME.CA })},
	{name: "behind-proxy", list: true, read: networks(func(s *Settings) *[]netip.Prefix { return &s.BehindProxy })},
	{name: "log-format", standard: "text", read: oneOf(func(s *Settings) *string { return &s.LogFormat }, "text", "json")},
	{name: "log-level", standard: "info", read: func(s *Settings, t string) error { return s.LogLevel.UnmarshalText([]byte(t)) }},
	{name: "metrics-token", secret: true, read: text(func(s *Settings) *string { return &s.MetricsToken })},
	{name: "requests", standard: "64", read: number(func(s *Settings) *int { return &s.Requests }, 1)},
	{name: "queue", standard: "256", read: number(func(s *Settings) *int { return &s.Queue }, 0)},
	{name: "drain", standard: "0s", read: duration(func(s *Settings) *time.Duration { return &s.Drain }, 0)},
	{name: "goodbye", standard: "25s", read: duration(func(s *Settings) *time.Duration { return &s.Goodbye }, time.Second)},
	{name: "session-idle", standard: "12h", read: duration(func(s *Settings) *time.Duration { return &s.SessionIdle }, time.Minute)},
	{name: "session-absolute", standard: "168h", read: duration(func(s *Settings) *time.Duration { return &s.SessionAbsolute }, time.Minute)},
	{name: "oidc-issuer", read: text(func(s *Settings) *string { return &s.OIDC.Issuer })},
	{name: "oidc-client-id", read: text(func(s *Settings) *string { return &s.OIDC.ClientID })},
	{name: "oidc-client-secret", secret: true, read: text(func(s *Settings) *string { return &s.OIDC.ClientSecret })},
	{name: "oidc-scopes", list: true, read: words(func(s *Settings) *[]string { return &s.OIDC.Scopes })},
	{name: "oidc-groups", standard: "groups", read: text(func(s *Settings) *string { return &s.OIDC.Groups })},
	{name: "oidc-roles", list: true, read: grants(func(s *Settings) *[]Grant { return &s.OIDC.Roles })},
	{name: "allow-networks", list: true, read: networks(func(s *Settings) *[]netip.Prefix { return &s.AllowNetworks })},
	{name: "smtp", read: text(func(s *Settings) *string { return &s.SMTP })},
	{name: "smtp-user", read: text(func(s *Settings) *string { return &s.SMTPUser })},
	{name: "smtp-password", secret: true, read: text(func(s *Settings) *string { return &s.SMTPPassword })},
	{name: "mail-from", read: text(func(s *Settings) *string { return &s.MailFrom })},
	{name: "traces", also: tracesVariables, read: text(func(s *Settings) *string { return &s.Traces.Endpoint })},
	{name: "traces-headers", secret: true, also: tracesHeaderVariables, read: namedValues(func(s *Settings) *map[string]string { return &s.Traces.Headers }, "cli.serve.headers")},
	{name: "traces-service", standard: "parley", also: tracesServiceVariables, read: text(func(s *Settings) *string { return &s.Traces.Service })},
	{name: "traces-attributes", also: tracesAttributesVariables, read: namedValues(func(s *Settings) *map[string]string { return &s.Traces.Attributes }, "cli.serve.attributes")},
	{name: "traces-share", standard: "1", also: tracesShareVariables, read: tracesShare},
	{name: "traces-timeout", standard: "10s", also: tracesTimeoutVariables, read: duration(func(s *Settings) *time.Duration { return &s.Traces.Timeout }, time.Millisecond)},
}

// Flags are the names of the settings that may be given as flags, in order: all
// but secrets, which other users of a machine could see there; of those, the
// file they stand in.
func Flags() []string {
	var out []string
	for _, s := range settings {
		if s.secret {
			out = append(out, s.name+"-file")
			continue
		}
		out = append(out, s.name)
	}
	return out
}

// Standard is what a setting is when nobody says otherwise, "" for nothing.
func Standard(name string) string {
	for _, s := range settings {
		if s.name == name {
			return s.standard
		}
	}
	return ""
}

// Value is one setting as it holds, fit to be shown.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"` // secrets are masked
	From  string `json:"from"`  // flag, environment, file or standard
}

// Sources are where settings come from; the first that has one counts.
type Sources struct {
	Flags    map[string]string // by name; only those that were given
	Env      func(string) string
	File     []byte // YAML; nil for none
	FileName string // for errors
	// ReadFile reads the file of a secret.
	ReadFile func(name string) ([]byte, error)

	// Apart reads each setting by itself, and holds none against another: nothing is
	// served by them.
	Apart bool
}

// Read puts the settings together, and says where each came from.
func Read(from Sources) (*Settings, []Value, error) {
	file, err := parseFile(from.File)
	if err != nil {
		return nil, nil, wrong("cli.serve.config", "file", from.FileName, "why", err.Error())
	}
	s := &Settings{}
	var values []Value
	for _, d := range settings {
		text, where, err := d.find(from, file)
		if err != nil {
			return nil, nil, err
		}
		if text != "" {
			if err := d.read(s, text); err != nil {
				shown := text
				if d.secret {
					shown = mask
				}
				return nil, nil, wrong("cli.serve.bad-setting", "name", d.name, "from", where, "value", shown, "why", err.Error())
			}
		}
		values = append(values, Value{Name: d.name, Value: d.shown(text), From: where})
	}
	s.otel(from.Env, values)
	if left := slices.Sorted(maps.Keys(file)); len(left) > 0 {
		return nil, nil, wrong("cli.serve.config", "file", from.FileName, "why", catalogue.T("cli.serve.unknown-setting", "line", file[left[0]].line, "name", left[0]))
	}
	if from.Apart {
		return s, values, nil
	}
	return s, values, s.check()
}

// find looks a setting up, and takes it from what is left of the file.
func (d setting) find(from Sources, file map[string]entry) (text, where string, err error) {
	key := strings.ReplaceAll(d.name, "-", "_")
	inFile, stands := file[key]
	delete(file, key)
	if stands && inFile.list && !d.list {
		return "", "", wrong("cli.serve.config", "file", from.FileName, "why", catalogue.T("cli.serve.one-value", "line", inFile.line, "name", key))
	}
	text, where = d.standard, "standard"
	env := ""
	if from.Env != nil {
		env = from.Env("PARLEY_" + strings.ToUpper(key))
		for i := 0; env == "" && i < len(d.also); i++ {
			env, _ = d.also[i].value(from.Env)
		}
	}
	if flag, ok := from.Flags[d.name]; ok {
		text, where = flag, "flag"
	} else if env != "" {
		text, where = env, "environment"
	} else if stands {
		text, where = inFile.text, "file"
	}
	if !d.secret {
		return text, where, nil
	}
	return d.findFile(from, file, text, where)
}

// findFile looks for the file of a secret, which counts where it was named
// nearer than the secret itself.
func (d setting) findFile(from Sources, file map[string]entry, text, where string) (string, string, error) {
	order := []string{"flag", "environment", "file", "standard"}
	name, named, err := setting{name: d.name + "-file"}.find(from, file)
	if err != nil || name == "" || slices.Index(order, named) >= slices.Index(order, where) {
		return text, where, err
	}
	b, err := from.ReadFile(name)
	if err != nil {
		return "", "", wrong("cli.serve.secret-file", "name", d.name, "from", named, "why", err.Error())
	}
	return strings.TrimRight(string(b), "\r\n"), named, nil
}

// mask stands for a secret.
const mask = "****"

// shown is a value without what is secret in it.
func (d setting) shown(text string) string {
	if text == "" {
		return ""
	}
	if d.secret {
		return mask
	}
	if !strings.Contains(text, "://") {
		if d.name == "ledger" && strings.Contains(text, "=") || strings.HasPrefix(text, "postgres") { // no address of a database, though meant as one
			return mask
		}
		return text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return mask
	}
	q := u.Query()
	for name := range q {
		// Of an address on the web nobody knows which part is a key.
		if name == "password" || name == "sslpassword" || u.Scheme == "http" || u.Scheme == "https" {
			q.Set(name, mask)
			u.RawQuery = q.Encode()
		}
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), mask)
	}
	return strings.ReplaceAll(u.String(), url.QueryEscape(mask), mask)
}

func wrong(key string, pairs ...any) *parley.Error {
	return parley.Errorf(parley.Invalid, "serve", "%s", catalogue.T(key, pairs...))
}

func text(to func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, t string) error {
		*to(s) = t
		return nil
	}
}

func words(to func(*Settings) *[]string) func(*Settings, string) error {
	return func(s *Settings, t string) error {
		*to(s) = strings.FieldsFunc(t, func(r rune) bool { return r == ',' || r == ' ' })
		return nil
	}
}

// grants reads lines such as leads=decider and shop-team=contributor@shop. The
// last sign of equality counts, since names of groups may hold some.
func grants(to func(*Settings) *[]Grant) func(*Settings, string) error {
	return func(s *Settings, t string) error {
		var out []Grant
		for part := range strings.SplitSeq(t, ",") {
			part = strings.TrimSpace(part)
			i := strings.LastIndexByte(part, '=')
			if i < 1 {
				return errors.New(catalogue.T("cli.serve.grant", "text", fmt.Sprintf("%q", part)))
			}
			role, product, limited := strings.Cut(part[i+1:], "@")
			if role == "" || limited && product == "" {
				return errors.New(catalogue.T("cli.serve.grant", "text", fmt.Sprintf("%q", part)))
			}
			out = append(out, Grant{Group: part[:i], Role: role, Product: product})
		}
		*to(s) = out
		return nil
	}
}

func oneOf(to func(*Settings) *string, words ...string) func(*Settings, string) error {
	return func(s *Settings, t string) error {
		if !slices.Contains(words, t) {
			return errors.New(catalogue.T("cli.serve.one-of", "words", strings.Join(words, ", ")))
		}
		*to(s) = t
		return nil
	}
}

func number(to func(*Settings) *int, least int) func(*Settings, string) error {
	return func(s *Settings, t string) error {
		n, err := strconv.Atoi(t)
		if err != nil || n < least || n > 1_000_000 {
			return errors.New(catalogue.T("cli.serve.number", "least", least))
		}
		*to(s) = n
		return nil
	}
}

func duration(to func(*Settings) *time.Duration, least time.Duration) func(*Settings, string) error {
	return func(s *Settings, t string) error {
		d, err := time.ParseDuration(t)
		if err != nil || d < least {
			return errors.New(catalogue.T("cli.serve.duration", "least", least))
		}
		*to(s) = d
		return nil
	}
}

func networks(to func(*Settings) *[]netip.Prefix) func(*Settings, string) error {
	return func(s *Settings, t string) error {
		var out []netip.Prefix
		for _, part := range strings.Split(t, ",") {
			part = strings.TrimSpace(part)
			p, err := netip.ParsePrefix(part)
			if a, err2 := netip.ParseAddr(part); err != nil && err2 == nil {
				p, err = netip.PrefixFrom(a, a.BitLen()), nil
			}
			if err != nil {
				return errors.New(catalogue.T("cli.serve.network", "text", fmt.Sprintf("%q", part)))
			}
			if p.Bits() == 0 {
				return errors.New(catalogue.T("cli.serve.network-all", "text", part))
			}
			out = append(out, p.Masked())
		}
		*to(s) = out
		return nil
	}
}
