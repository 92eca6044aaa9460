package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/parleysec/parley/internal/auth/oidc/oidctest"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/serving"
	"github.com/parleysec/parley/ledger"
)

// One signs in at a provider on this machine, whose groups lead to a role.
func TestServeWithAProvider(t *testing.T) {
	s, idp, home := provided(t)
	idp.Claims["groups"] = []string{"leads"}

	tom := browser(t, home)
	to := tom.led(home + "/sign-in/provider?to=/plan")
	if !strings.HasPrefix(to, idp.URL+"/authorize?") {
		t.Fatalf("led to %q; the log says:\n%s", to, s.log)
	}
	back := tom.led(to)
	if got := tom.led(back); got != "/plan" {
		t.Fatalf("led back to %q; the log says:\n%s", got, s.log)
	}
	if page := tom.page("/account"); !strings.Contains(page, "tom@example.org") {
		t.Errorf("not signed in:\n%s", page)
	}
	if page := tom.page("/people"); !strings.Contains(page, "tom@example.org") {
		t.Errorf("a manager does not see who holds which role:\n%s", page)
	}
	if got := browser(t, home).led(back); got == "/plan" {
		t.Error("another browser came back with the same answer")
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.end(t)
	if log := s.log.String(); strings.Contains(log, oidctest.ClientSecret) || strings.Contains(log, "code=") {
		t.Errorf("a secret stands in the log:\n%s", log)
	}
}

// surfer is a browser that is led nowhere by itself.
type surfer struct {
	t    *testing.T
	home string
	c    *http.Client
}

func browser(t *testing.T, home string) *surfer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &surfer{t, home, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (s *surfer) do(r *http.Request, err error) (*http.Response, string) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := s.c.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp, string(b)
}

// led is where an address leads, "" for nowhere.
func (s *surfer) led(address string) string {
	s.t.Helper()
	resp, _ := s.do(http.NewRequest(http.MethodGet, address, nil))
	return resp.Header.Get("Location")
}

func (s *surfer) page(path string) string {
	s.t.Helper()
	_, body := s.do(http.NewRequest(http.MethodGet, s.home+path, nil))
	return body
}

func (s *surfer) send(path string, form url.Values) {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.home+path, strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", s.home)
	}
	if resp, body := s.do(r, err); resp.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("%s: %s\n%s", path, resp.Status, body)
	}
}

// Roles that groups lead to follow the groups, those given by hand stay, and what
// the rules refuse keeps nobody out.
func TestRolesFollowGroups(t *testing.T) {
	s := &negotiate.Service{Ledger: filepath.Join(t.TempDir(), "parley.db")}
	t.Cleanup(func() { _ = s.Close() })
	here := negotiate.Local("ada@example.org", negotiate.ViaPage)
	if _, err := s.Create(t.Context(), here); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetMember(t.Context(), here, negotiate.MemberRequest{Person: "tom@example.org", Role: ledger.Auditor, Because: "by hand"}); err != nil {
		t.Fatal(err)
	}
	set := &serving.Settings{OIDC: serving.OIDC{Issuer: "https://id.example.org", Roles: []serving.Grant{
		{Group: "leads", Role: "decider"}, {Group: "bosses", Role: "decider"}, {Group: "everybody", Role: "reader"}, {Group: "it", Role: "administrator"}, {Group: "shop", Role: "contributor", Product: "nowhere"},
	}}}
	a := &app{env: func(string) string { return "" }}
	inStep := a.inStep(s, set, slog.New(slog.DiscardHandler))
	for _, c := range []struct{ groups, want []string }{
		{nil, []string{"auditor"}},
		{[]string{"decider", "reader"}, []string{"auditor", "decider", "reader"}},
		{[]string{"decider", "reader"}, []string{"auditor", "decider", "reader"}},
		{[]string{"reader", "administrator", "contributor@nowhere"}, []string{"administrator", "auditor", "reader"}},
		{nil, []string{"administrator", "auditor"}}, // the last administrator stays
	} {
		if err := inStep(context.WithoutCancel(t.Context()), "tom@example.org", c.groups); err != nil {
			t.Fatal(err)
		}
		held, err := s.Members(t.Context(), here)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range held.Members {
			got = append(got, string(m.Role))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("groups %v: %v, want %v", c.groups, got, c.want)
		}
	}
	if a.inStep(s, &serving.Settings{}, nil) != nil {
		t.Error("roles are changed without a provider")
	}
}

func TestProviderSettings(t *testing.T) {
	a := &app{}
	for name, o := range map[string]serving.OIDC{
		"no role":   {Issuer: "https://id.example.org", ClientID: "x", Roles: []serving.Grant{{Group: "a", Role: "boss"}}},
		"no client": {Issuer: "https://id.example.org"},
		"http":      {Issuer: "http://id.example.org", ClientID: "x"},
	} {
		if _, err := a.provider(&serving.Settings{OIDC: o}, "https://parley.example.org"); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if p, err := a.provider(&serving.Settings{}, ""); p != nil || err != nil {
		t.Errorf("without a provider: %v %v", p, err)
	}
}
