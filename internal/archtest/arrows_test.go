package archtest

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrow says what a package of the project may import.
type arrow struct {
	local []string // packages of the project, from the root
	other []string // modules of others; "*" for any
	why   string
}

const (
	pureWhy = "the pure parts know no file, database or page, so that other programs can use them"
	wordWhy = "it knows the words and the pure parts, never the store: what it makes can be shown without a ledger"
	useWhy  = "it calls negotiate and holds no rules, so that every way in passes the same ones"
)

// pure are the packages that any part above them may import.
var pure = []string{".", "quantity", "risk", "risk/learning", "plan", "plan/model"}

// arrows is the layout of docs/architecture.md.
var arrows = map[string]arrow{
	"quantity":                          {why: pureWhy},
	".":                                 {local: []string{"quantity"}, why: pureWhy},
	"risk":                              {local: []string{".", "quantity"}, other: []string{"golang.org/x/sys/cpu"}, why: pureWhy},
	"risk/learning":                     {local: []string{"quantity"}, why: pureWhy},
	"internal/workers":                  {why: "it knows nothing of what it spreads"},
	"plan":                              {local: []string{"internal/workers"}, why: "the solver works on plain numbers, so that it can be proved against other solvers"},
	"plan/model":                        {local: []string{".", "quantity", "risk", "plan", "internal/workers"}, why: pureWhy},
	"ledger":                            {local: []string{".", "quantity"}, other: []string{"golang.org/x/mod/sumdb"}, why: pureWhy},
	"internal/catalogue":                {why: "texts depend on nothing"},
	"internal/plainyaml":                {other: []string{"go.yaml.in/yaml/v4"}, why: "what the library found in plain words, whatever the file is about"},
	"internal/testenv":                  {why: "tests of every package use it"},
	"internal/archtest":                 {local: []string{"internal/testenv"}, why: "only tests"},
	"internal/file":                     {local: append([]string{"internal/catalogue", "internal/plainyaml"}, pure...), other: []string{"go.yaml.in/yaml/v4", "github.com/google/jsonschema-go"}, why: wordWhy},
	"internal/exchange":                 {local: append([]string{"internal/file"}, pure...), other: []string{"go.yaml.in/yaml/v4", "golang.org/x/text", "golang.org/x/net/html"}, why: wordWhy},
	"internal/brief":                    {local: append([]string{"internal/catalogue", "internal/brief/plain"}, pure...), why: wordWhy},
	"internal/brief/plain":              {local: []string{"internal/catalogue"}, why: "numbers in words need nothing but the words"},
	"internal/cell":                     {local: []string{"internal/brief/plain"}, why: "tables are rows of text"},
	"internal/sse":                      {why: "it sends text and knows nothing of what it says"},
	"internal/markdown":                 {local: []string{"internal/brief/plain"}, other: []string{"github.com/yuin/goldmark"}, why: "text in, safe elements out: it knows nobody and nothing of what the text is about"},
	"internal/evidence":                 {local: []string{".", "quantity"}, why: wordWhy},
	"internal/gate":                     {local: append([]string{"internal/catalogue", "internal/brief/plain", "internal/plainyaml"}, pure...), other: []string{"go.yaml.in/yaml/v4", "cel.dev/cel-go"}, why: wordWhy},
	"internal/chart":                    {local: append([]string{"internal/catalogue", "internal/brief", "internal/brief/plain"}, pure...), why: wordWhy},
	"internal/store":                    {local: []string{".", "ledger", "internal/tracing"}, other: []string{"*"}, why: "the store keeps events and knows the words, never prices"},
	"internal/store/storetest":          {local: []string{".", "ledger", "internal/store", "internal/testenv"}, other: []string{"*"}, why: "one suite for every database"},
	"internal/auth":                     {local: []string{".", "ledger", "internal/store", "internal/auth/passkey"}, other: []string{"golang.org/x/crypto", "golang.org/x/text"}, why: "who somebody is stands apart from what they may do"},
	"internal/auth/oidc/oidctest":       {other: []string{"github.com/go-jose/go-jose/v4"}, why: "only tests"},
	"internal/auth/passkey/passkeytest": {why: "only tests"},
	"internal/outgoing/mailtest":        {other: []string{"github.com/emersion/go-smtp", "github.com/emersion/go-sasl"}, why: "only tests"},
	"internal/auth/passkey":             {other: []string{"github.com/go-webauthn/webauthn"}, why: "it asks a browser for a key, and keeps nothing"},
	"internal/auth/oidc":                {local: []string{".", "internal/auth"}, other: []string{"github.com/coreos/go-oidc/v3", "golang.org/x/oauth2"}, why: "it asks others who somebody is, and keeps nothing"},
	"internal/negotiate": {
		local: append([]string{"internal/workers", "ledger", "internal/file", "internal/exchange", "internal/evidence", "internal/gate", "internal/brief", "internal/brief/plain", "internal/chart", "internal/markdown", "internal/store", "internal/outgoing", "internal/catalogue"}, pure...),
		other: []string{"golang.org/x/mod/sumdb"},
		why:   "the one place that joins the pure parts and the store",
	},
	"internal/invite": {
		local: []string{".", "ledger", "internal/auth", "internal/negotiate", "internal/catalogue"},
		why:   "a role goes with an invitation by every way in, and neither accounts nor use-cases know of the other",
	},
	"internal/api": {
		local: append([]string{"internal/tracing", "internal/invite", "ledger", "internal/auth", "internal/brief", "internal/cell", "internal/evidence", "internal/exchange", "internal/file", "internal/negotiate", "internal/sse", "internal/catalogue"}, pure...),
		other: []string{"github.com/danielgtaylor/huma/v2"},
		why:   useWhy,
	},
	"internal/client": {
		local: append([]string{"ledger", "internal/api", "internal/brief", "internal/brief/plain", "internal/evidence", "internal/file", "internal/negotiate", "internal/catalogue"}, pure...),
		why:   "it sends what api takes and gives what negotiate gives, so that a command cannot tell a server from a ledger",
	},
	"internal/web": {
		local: append([]string{"internal/tracing", "internal/invite", "internal/cell", "ledger", "internal/brief", "internal/brief/plain", "internal/chart", "internal/evidence", "internal/exchange", "internal/markdown", "internal/negotiate", "internal/sse", "internal/auth", "internal/catalogue"}, pure...),
		other: []string{"rsc.io/qr"},
		why:   useWhy,
	},
	"internal/job": {
		local: []string{".", "ledger", "internal/store", "internal/outgoing", "internal/tracing", "internal/catalogue"},
		why:   "it tells what was recorded and holds no rules; the use-cases it runs are handed to it",
	},
	"internal/tracing": {why: "it says where time went, and knows nothing of what was done"},
	"internal/outgoing": {
		local: []string{".", "internal/catalogue"},
		why:   "it is the one door to the network, and carries what it is given",
	},
	"internal/serving": {
		local: []string{".", "internal/tracing", "internal/catalogue"},
		other: []string{"github.com/prometheus/client_golang", "go.yaml.in/yaml/v4", "golang.org/x/crypto"},
		why:   "it runs what it is given and knows neither pages nor API, so that both pass the same limits",
	},
	"cmd/parley": {
		local: append([]string{"ledger", "examples", "internal/invite", "internal/serving", "internal/tracing", "internal/job", "internal/outgoing", "internal/auth", "internal/auth/oidc", "internal/file", "internal/exchange", "internal/evidence", "internal/gate", "internal/brief", "internal/brief/plain", "internal/chart", "internal/negotiate", "internal/web", "internal/api", "internal/client", "internal/cell", "internal/catalogue"}, pure...),
		other: []string{"github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/term"},
		why:   useWhy,
	},
	"examples":         {why: "files alone, embedded"},
	"contrib/pictures": {other: []string{"github.com/chromedp/chromedp", "github.com/chromedp/cdproto"}, why: "it runs the program as people do, and is no part of it"},
}

func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sources(t) {
		a, ok := arrows[s.pkg]
		if !ok {
			t.Errorf("%s: package %s has no entry in the table of arrows: say what it may import, and why", s.name, s.pkg)
			continue
		}
		seen[s.pkg] = true
		for _, spec := range s.file.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !a.allows(s.pkg, p) {
				t.Errorf("%s: %s may not import %s: %s", s.fset.Position(spec.Pos()), s.pkg, p, a.why)
			}
		}
	}
	for p := range arrows {
		if !seen[p] {
			t.Errorf("the table of arrows names %s, which has no Go file", p)
		}
	}
}

func (a arrow) allows(from, path string) bool {
	if path == module || strings.HasPrefix(path, module+"/") {
		local := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
		if local == "" {
			local = "."
		}
		return local != from && slices.Contains(a.local, local)
	}
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(a.other, func(o string) bool {
		return o == "*" || path == o || strings.HasPrefix(path, o+"/")
	})
}

func TestAllows(t *testing.T) {
	a := arrow{local: []string{"quantity"}, other: []string{"golang.org/x/mod/sumdb"}}
	for path, want := range map[string]bool{
		"fmt":                           true,
		module + "/quantity":            true,
		module + "/quantity/sub":        false,
		module:                          false,
		"golang.org/x/mod/sumdb/tlog":   true,
		"golang.org/x/mod/semver":       false,
		"github.com/somebody/something": false,
	} {
		if got := a.allows("ledger", path); got != want {
			t.Errorf("allows(%s) = %v, want %v", path, got, want)
		}
	}
}
