package serving

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func value(values []Value, name string) Value {
	for _, v := range values {
		if v.Name == name {
			return v
		}
	}
	return Value{}
}

// The nearest source counts: flag, environment, file, what is standard.
func TestSettingsPrecedence(t *testing.T) {
	file := []byte("listen: 127.0.0.1:1\nlog_format: json\ngoodbye: 3s\nbehind_proxy: [10.0.0.0/8, 192.0.2.1]\nurl: https://parley.example.org\n")
	s, values, err := Read(Sources{
		Flags: map[string]string{"listen": "127.0.0.1:3"},
		Env:   env("PARLEY_LISTEN", "127.0.0.1:2", "PARLEY_LOG_FORMAT", "text", "PARLEY_LEDGER", "x.db"),
		File:  file, FileName: "c.yaml",
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.Listen != "127.0.0.1:3" || s.LogFormat != "text" || s.Goodbye != 3*time.Second || s.Ledger != "x.db" || s.Requests != 64 {
		t.Errorf("%+v", s)
	}
	if len(s.BehindProxy) != 2 || s.BehindProxy[1].String() != "192.0.2.1/32" {
		t.Errorf("proxies %v", s.BehindProxy)
	}
	for name, from := range map[string]string{"listen": "flag", "log-format": "environment", "goodbye": "file", "requests": "standard"} {
		if got := value(values, name).From; got != from {
			t.Errorf("%s comes from %s, want %s", name, got, from)
		}
	}
}

func TestSettingsStrict(t *testing.T) {
	for file, want := range map[string]string{
		"listn: x":                            "c.yaml: line 1: there is no setting listn",
		"\nlisten: 127.0.0.1:1\nlisten: x":    "twice",
		"listen: [a, b]":                      "line 1: listen needs one value",
		"listen: {a: b}":                      "line 1: listen needs one value",
		"listen: null":                        "needs one value",
		"listen: &a 127.0.0.1:1":              "needs one value",
		"- listen":                            "settings are lines such as",
		"listen: 127.0.0.1:1\n---\nlisten: x": "one document",
		"requests: many":                      "requests (from the file) is many: a whole number from 1",
		"requests: 0":                         "a whole number from 1",
		"goodbye: 10ms":                       "1s at least",
		"log_format: xml":                     "one of text, json",
		"log_level: loud":                     "log-level",
		"behind_proxy: 10.0.0.0/33":           "no network",
		"behind_proxy: 0.0.0.0/0":             "every address",
		"allow_networks: ['::/0']":            "every address",
		"listen: 127.0.0.1":                   "no address with a port",
		"listen: 127.0.0.1:99999":             "no port",
		"listen: parley.example.org:80":       "names no address",
		"listen: 0.0.0.0:8080":                "not an address of this machine alone",
		"listen: ':8080'":                     "not an address of this machine alone",
		"tls_cert: a.pem":                     "come together",
		"behind_proxy: 10.0.0.1":              "needs --url",
		"behind_proxy: 10.0.0.1\nurl: http://parley.example.org":                                          "needs --url",
		"url: https://parley.example.org":                                                                 "needs --tls-cert",
		"url: http://parley.example.org":                                                                  "needs https://",
		"url: https://a:b@parley.example.org":                                                             "no address such as",
		"url: https://parley.example.org/x":                                                               "no address such as",
		"url: ftp://parley.example.org":                                                                   "no address such as",
		"url: //parley.example.org":                                                                       "no address such as",
		"listen: 192.0.2.1:443\ntls_cert: a\ntls_key: b":                                                  "needs --url",
		"acme_email: a@example.org":                                                                       "are for --acme",
		"acme: letsencrypt":                                                                               "needs --url with https://",
		"acme: http://ca.example.org/directory\nurl: https://parley.example.org":                          "https:// address of a directory",
		"acme: letsencrypt\nurl: https://127.0.0.1":                                                       "the name that the certificate is for",
		"acme: letsencrypt\nurl: https://localhost":                                                       "the name that the certificate is for",
		"acme: letsencrypt\nurl: https://[::1]":                                                           "the name that the certificate is for",
		"acme: letsencrypt\nurl: https://parley.example.org:8443":                                         "without a port",
		"acme: letsencrypt\nurl: https://parley.example.org\nacme_cache: ''":                              "needs --acme-cache",
		"acme: letsencrypt\nurl: https://parley.example.org\ntls_cert: a\ntls_key: b":                     "leave out --tls-cert",
		"acme: letsencrypt\nurl: https://parley.example.org\nlisten: 127.0.0.1:1\nbehind_proxy: 10.0.0.1": "leave out --tls-cert",
		"smtp: mail.example.org:587":                                                                      "needs --mail-from",
		"listen: 127.0.0.1:1\nx: " + strings.Repeat("y", MaxFile):                                         "no file of settings",
		"metrics_token_file: nowhere":                                                                     "cannot be read",
	} {
		_, _, err := Read(Sources{File: []byte(file), FileName: "c.yaml", ReadFile: os.ReadFile})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %q", file, err, want)
		}
	}
}

// Secrets are no flags, are never shown, and may stand in files of their own.
func TestN3SecretsAreMasked(t *testing.T) {
	for _, name := range Flags() {
		if strings.Contains(name, "password") && !strings.HasSuffix(name, "-file") || name == "metrics-token" {
			t.Errorf("%s is a flag, which other users of the machine see", name)
		}
	}
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("from-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, values, err := Read(Sources{
		Flags: map[string]string{"metrics-token-file": path}, Env: env("PARLEY_SMTP_PASSWORD", "hunter2", "PARLEY_METRICS_TOKEN", "less-near", "PARLEY_TRACES", "https://collector.example/v1?key=hunter5"),
		File: []byte("ledger: postgres://parley:hunter3@db/parley?password=hunter4&sslmode=verify-full\n"), ReadFile: os.ReadFile,
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.MetricsToken != "from-a-file" || s.SMTPPassword != "hunter2" || !strings.Contains(s.Ledger, "hunter3") {
		t.Errorf("%+v", s)
	}
	for _, v := range values {
		for _, secret := range []string{"hunter", "from-a-file", "less-near"} {
			if strings.Contains(v.Value, secret) {
				t.Errorf("%s shows %q", v.Name, v.Value)
			}
		}
	}
	for name, want := range map[string]string{"ledger": "postgres://parley:****@db/parley?password=****&sslmode=verify-full", "traces": "https://collector.example/v1?key=****"} {
		if got := value(values, name).Value; got != want {
			t.Errorf("%s is shown as %s, want %s", name, got, want)
		}
	}
	for _, meant := range []string{"host=db password=hunter2", "PASSWORD=hunter2 host=db", "host=/run/pg password=a://hunter2", "user=x pwd=hunter2", "postgres:parley:hunter2@db/parley", "postgres://parley:hunter2@[db/parley"} { // no addresses, though meant as one
		if _, values, err := Read(Sources{Env: env("PARLEY_LEDGER", meant)}); err != nil || value(values, "ledger").Value != mask {
			t.Errorf("%s is shown as %s (%v)", meant, value(values, "ledger").Value, err)
		}
	}
	_, _, err = Read(Sources{Env: env("PARLEY_LEDGER", "x.db", "PARLEY_METRICS_TOKEN", "sesame"), File: []byte("metrics_token_file: nowhere"), ReadFile: os.ReadFile})
	if err != nil {
		t.Errorf("a file of a secret that stands nearer is not needed: %v", err)
	}
}

func FuzzParseFile(f *testing.F) {
	f.Add([]byte("listen: 127.0.0.1:8080\nbehind_proxy: [10.0.0.0/8]\n"))
	f.Add([]byte("a: *a"))
	f.Add([]byte("? [a]\n: b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, _, err := Read(Sources{File: b, ReadFile: func(string) ([]byte, error) { return nil, errors.New("no file") }})
		if err == nil && !s.Keyed() && !s.Secure() {
			t.Errorf("%q is served in the clear: %+v", b, s)
		}
	})
}

func TestSettingsOfAProvider(t *testing.T) {
	s, values, err := Read(Sources{
		Env:  env("PARLEY_OIDC_CLIENT_SECRET", "sesame"),
		File: []byte("oidc_issuer: https://id.example.org\noidc_scopes: [groups, offline]\noidc_roles: [leads=decider, a=b=contributor@shop]\n"), FileName: "c.yaml",
	})
	if err != nil {
		t.Fatal(err)
	}
	if o := s.OIDC; o.ClientSecret != "sesame" || o.Groups != "groups" || len(o.Scopes) != 2 || len(o.Roles) != 2 || o.Roles[0] != (Grant{"leads", "decider", ""}) || o.Roles[1] != (Grant{"a=b", "contributor", "shop"}) {
		t.Errorf("%+v", o)
	}
	if v := value(values, "oidc-client-secret"); v.Value != mask {
		t.Errorf("the secret is shown: %+v", v)
	}
	for _, bad := range []string{"leads", "=decider", "leads=", "leads=decider@", "a=decider,", "leads=@shop"} {
		if _, _, err := Read(Sources{Flags: map[string]string{"oidc-roles": bad}}); err == nil || !strings.Contains(err.Error(), "leads=decider or") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
