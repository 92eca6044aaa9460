package exchange

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/file"
	"github.com/parleysec/parley/internal/testenv"
)

// sample reads a file of the shared threat models.
func sample(t *testing.T, name string) Input {
	t.Helper()
	path := filepath.Join(testenv.Shared(t, "data/threatmodels"), filepath.FromSlash(name))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return Input{Name: filepath.Base(name), Data: data}
}

func samples(t *testing.T, names ...string) []Input {
	t.Helper()
	var out []Input
	for _, n := range names {
		out = append(out, sample(t, n))
	}
	return out
}

// usable imports files and checks what every imported model must keep: it
// resolves, validates, and reads back from its own file; nothing is confirmed.
func usable(t *testing.T, format string, o Options, in ...Input) (*parley.Model, *Report) {
	t.Helper()
	m, r, err := Import(format, in, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parley.Errors(append(parley.Resolve(m), parley.Validate(m)...)) {
		t.Errorf("%s (%s): %s; %s", p.Path, p.ID, p.Message, p.Hint)
	}
	for i := range m.Threats {
		x := &m.Threats[i]
		if x.Triage != parley.Closed && !x.Priced() {
			t.Errorf("threat %s cannot be priced", x.ID)
		}
		if !x.Unconfirmed() {
			t.Errorf("threat %s counts as confirmed, basis %q", x.ID, x.Basis)
		}
	}
	var b bytes.Buffer
	if err := file.Write(&b, m); err != nil {
		t.Fatal(err)
	}
	d, err := file.Read("parley.yaml", b.Bytes())
	if err != nil {
		t.Fatalf("the file that was written cannot be read: %v", err)
	}
	if len(d.Model.Threats) != len(m.Threats) || len(d.Model.Decisions) != len(m.Decisions) {
		t.Errorf("%d threats and %d decisions were written, %d and %d read", len(m.Threats), len(m.Decisions), len(d.Model.Threats), len(d.Model.Decisions))
	}
	return m, r
}

// expectedCounts are the lines of EXPECTED.md, counted by another program.
func expectedCounts(t *testing.T) map[string]map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testenv.Shared(t, "data/threatmodels"), "EXPECTED.md"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]any{}
	for _, m := range regexp.MustCompile("(?m)^\\| (\\S+) \\| `(.*)` \\|$").FindAllSubmatch(data, -1) {
		var counts map[string]any
		if err := json.Unmarshal(m[2], &counts); err != nil {
			t.Fatal(err)
		}
		out[string(m[1])] = counts
	}
	return out
}

func TestThreatDragonSamples(t *testing.T) {
	for name, want := range expectedCounts(t) {
		if !strings.HasPrefix(name, "threat-dragon/") || strings.Contains(name, "malformed") {
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			m, _ := usable(t, "threatdragon", Options{}, sample(t, name))
			if len(m.Threats) != int(want["threats"].(float64)) {
				t.Errorf("%d threats, want %v", len(m.Threats), want["threats"])
			}
			closed, wantClosed := 0, 0.0
			for _, x := range m.Threats {
				if x.Triage == parley.Closed {
					closed++
				}
			}
			status := want["status"].(map[string]any)
			for _, word := range []string{"NotApplicable", "Not Applicable"} {
				if n, ok := status[word]; ok {
					wantClosed += n.(float64)
				}
			}
			if closed != int(wantClosed) {
				t.Errorf("%d closed threats, want %v", closed, wantClosed)
			}
			// Every mitigated threat has a control against it, or the decision its text tells.
			settled := map[string]bool{}
			for _, c := range m.Controls {
				for _, a := range c.Against {
					settled[a.Threat] = true
				}
			}
			for _, d := range m.Decisions {
				if d.Kind != parley.Accept || m.Threat(d.Threats[0]).Triage != parley.Closed {
					settled[d.Threats[0]] = true
				}
			}
			if mitigated, _ := status["Mitigated"].(float64); len(settled) != int(mitigated) {
				t.Errorf("%d threats settled, want %v", len(settled), mitigated)
			}
			levels := map[string]int{}
			for _, x := range m.Threats {
				levels[x.Impact.Compromise.Amount.Text+x.Impact.Availability.Amount.Text]++
			}
			severity := want["severity"].(map[string]any)
			for tool, word := range map[string]string{"Low": low, "High": high} {
				if n, _ := severity[tool].(float64); levels[word] != int(n) {
					t.Errorf("%d threats of %s impact, want %v", levels[word], word, n)
				}
			}
		})
	}
}

func TestOTMSamples(t *testing.T) {
	for name, want := range expectedCounts(t) {
		if !strings.HasPrefix(name, "otm/") || strings.Contains(name, "array") {
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			in := sample(t, name)
			m, _ := usable(t, "otm", Options{}, in)
			threats := int(want["threats"].(float64)) + len(danglingIDs(t, in.Data))
			if len(m.Threats) != threats {
				t.Errorf("%d threats, want %d", len(m.Threats), threats)
			}
			sources := map[string]bool{}
			for _, c := range m.Controls {
				sources[c.Source.ID] = true
			}
			for _, x := range m.Mitigations {
				sources[x.Source.ID] = true
			}
			if want := max(int(want["mitigations"].(float64)), len(danglingIDs(t, in.Data))); len(sources) != want {
				t.Errorf("%d mitigations of the source are there, want %d", len(sources), want)
			}
		})
	}
}

// danglingIDs lists the ids of threats that stand at components or data flows
// and not in the catalogue, by another reader than the importer's.
func danglingIDs(t *testing.T, data []byte) []string {
	t.Helper()
	var doc struct {
		Threats []struct {
			ID string `yaml:"id"`
		} `yaml:"threats"`
		Components, Dataflows []struct {
			Threats []struct {
				Threat string `yaml:"threat"`
			} `yaml:"threats"`
		}
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, x := range doc.Threats {
		known[x.ID] = true
	}
	var out []string
	for _, c := range append(doc.Components, doc.Dataflows...) {
		for _, x := range c.Threats {
			if !known[x.Threat] && !slices.Contains(out, x.Threat) {
				out = append(out, x.Threat)
			}
		}
	}
	return out
}

func TestOTMDangling(t *testing.T) {
	m, r := usable(t, "otm", Options{}, sample(t, "otm/dangling-threat-refs.otm"))
	x := m.Threat("t-55")
	if x == nil || x.Title != "Threat 55" || x.Basis != parley.BasisGuess || !slices.Equal(x.Assets, []string{"Accounting PostgreSQL"}) {
		t.Errorf("threat 55 is %+v", x)
	}
	if i := slices.IndexFunc(r.Guessed, func(l Line) bool { return l.What == "threat" }); i < 0 || r.Guessed[i].Count != 105 {
		t.Errorf("the report does not say that 105 threats were guessed: %+v", r.Guessed)
	}
}

func TestOTMSeveralModels(t *testing.T) {
	in := sample(t, "otm/tm1-array-from-threatcl.otm.json")
	for _, doc := range []string{"2", "fort-knox", "Fort Knox"} {
		m, _ := usable(t, "otm", Options{Document: doc}, in)
		if m.Product.Name != "Fort Knox" || len(m.Threats) != 1 || m.Threats[0].Impact.Says != "Someone steals the gold." {
			t.Errorf("document %s is %+v", doc, m.Product)
		}
	}
}

func TestThreagileSamples(t *testing.T) {
	expected := expectedCounts(t)
	for _, c := range []struct {
		files              []string
		threats, decisions int
	}{
		{[]string{"automotive-bev.yaml"}, 0, 0},
		{[]string{"jeep-demo.yaml"}, 0, 0},
		{[]string{"threagile-stub.yaml"}, 1, 0},
		{[]string{"threagile-example.yaml"}, 7, 6}, // one own category, six rules known from tracking
		{[]string{"threagile-example.risks.json"}, 23, 6},
		{[]string{"threagile-example.yaml", "threagile-example.risks.json"}, 24, 6},
		{[]string{"third-party.risks.json"}, 28, 6},
	} {
		t.Run(strings.Join(c.files, "+"), func(t *testing.T) {
			var in []Input
			risks, own := 0, 0
			categories := map[string]bool{}
			for _, f := range c.files {
				in = append(in, sample(t, "threagile/"+f))
				counts := expected["threagile/"+f]
				if n, ok := counts["risks"].(float64); ok {
					risks = int(n)
					for _, cat := range categoriesOf(t, in[len(in)-1].Data) {
						categories[cat] = true
					}
				} else {
					own = int(counts["own_categories"].(float64))
				}
			}
			m, _ := usable(t, "threagile", Options{}, in...)
			if len(m.Threats) != c.threats || len(m.Decisions) != c.decisions {
				t.Errorf("%d threats and %d decisions, want %d and %d", len(m.Threats), len(m.Decisions), c.threats, c.decisions)
			}
			if risks > 0 && len(m.Threats) != len(categories)+own {
				t.Errorf("%d threats, want one for each of %d categories and %d own ones", len(m.Threats), len(categories), own)
			}
			places := 0
			for _, x := range m.Threats {
				if x.Basis == parley.BasisTool {
					places += strings.Count(x.Notes, "\n- ")
				}
			}
			if risks > 0 && places != risks {
				t.Errorf("%d findings are listed, want %d", places, risks)
			}
		})
	}
}

func categoriesOf(t *testing.T, data []byte) []string {
	t.Helper()
	var list []struct {
		Category string `json:"category"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range list {
		out = append(out, r.Category)
	}
	return out
}

// TestThreagileOrder checks that the order in which files are given changes nothing but the order of threats.
func TestThreagileOrder(t *testing.T) {
	in := samples(t, "threagile/threagile-example.yaml", "threagile/threagile-example.risks.json")
	a, _ := usable(t, "", Options{}, in[0], in[1])
	b, _ := usable(t, "", Options{}, in[1], in[0])
	var x, y bytes.Buffer
	if file.Write(&x, a) != nil || file.Write(&y, b) != nil || x.String() != y.String() {
		t.Error("the two orders give different files")
	}
}

// TestThreagileTracking checks who decided what, when and why, against the model's text.
func TestThreagileTracking(t *testing.T) {
	m, _ := usable(t, "threagile", Options{}, samples(t, "threagile/threagile-example.yaml", "threagile/threagile-example.risks.json")...)
	i := slices.IndexFunc(m.Decisions, func(d parley.ClaimedDecision) bool { return d.Kind == parley.Accept })
	if i < 0 {
		t.Fatal("the accepted risk has no decision")
	}
	d := m.Decisions[i]
	if !slices.Equal(d.Threats, []string{"untrusted-deserialization"}) || d.By != "John Doe" || d.At != "2020-01-04" ||
		d.Because != "Only for Backoffice ERP System. Risk accepted as tolerable (ticket XYZ-1234)" || d.Source.ID != "untrusted-deserialization@erp-system" {
		t.Errorf("the decision is %+v", d)
	}
	if c := m.Control("against-ldap-injection"); c == nil || c.Against[0].Threat != "ldap-injection" || c.Against[0].Stated() {
		t.Errorf("the control of a mitigated rule is %+v", c)
	}
	if x := m.Mitigation("against-dos-risky-access-across-trust-boundary"); x == nil || x.Cost.Stated() {
		t.Errorf("the mitigation of a rule in progress is %+v", x)
	}
	if x := m.Threat("something-strange"); x == nil || x.Likelihood.Text != "frequent" || x.Impact.Compromise.Amount.Text != veryHigh ||
		!slices.Equal(x.Refs, []string{"CWE-693"}) || !slices.Equal(x.Assets, []string{"Customer Contract Database", "Contract File Server"}) {
		t.Errorf("the own category is %+v", x)
	}
}

func TestThreagileIncludes(t *testing.T) {
	dir := filepath.Join(testenv.Shared(t, "data/threatmodels"), "threagile", "includes")
	all := Siblings(filepath.Join(dir, "main.yaml"))
	whole, _ := usable(t, "", Options{}, append(all, sample(t, "threagile/threagile-example.risks.json"))...)
	one, _ := usable(t, "", Options{}, samples(t, "threagile/threagile-example.yaml", "threagile/threagile-example.risks.json")...)
	if len(whole.Threats) != len(one.Threats) {
		t.Errorf("the split model has %d threats, the same model in one file %d", len(whole.Threats), len(one.Threats))
	}
	for _, part := range all {
		base := filepath.Base(part.Name)
		_, _, err := Import("threagile", []Input{part}, Options{Beside: Siblings})
		e, ok := err.(*Error)
		switch {
		case !ok:
			t.Errorf("%s alone is no error: %v", base, err)
		case base == "main.yaml":
			if !strings.Contains(e.Problem, "13 files that were not given") || !strings.Contains(e.Want, "technical_assets_devops.yaml") {
				t.Errorf("main.yaml alone: %v", e)
			}
		case base == "risk-category.yaml": // no root includes it
			if !strings.Contains(e.Problem, "a part of a Threagile model (detection_logic)") {
				t.Errorf("%s alone: %v", base, e)
			}
		case !strings.Contains(e.Want, "its root "+filepath.Join(dir, "main.yaml")):
			t.Errorf("%s alone does not name its root: %v", base, e)
		}
	}
}

// TestThreagileOddities checks that what Threagile refuses in two models is named.
func TestThreagileOddities(t *testing.T) {
	for name, what := range map[string]string{"jeep-demo": "tag can-bridge", "automotive-bev": "enduser-identity-propagation"} {
		_, r := usable(t, "", Options{}, sample(t, "threagile/"+name+".yaml"))
		if !slices.ContainsFunc(r.Guessed, func(l Line) bool { return l.What == what }) {
			t.Errorf("%s: the report does not name %s: %+v", name, what, r.Guessed)
		}
		if len(r.Next) == 0 || !strings.Contains(r.Next[0], "threagile analyze-model --model "+name+".yaml") {
			t.Errorf("%s: the report does not say how to make risks.json: %v", name, r.Next)
		}
	}
}

func TestCSVSamples(t *testing.T) {
	for name, rows := range map[string]int{"register-comma.csv": 5, "register-semicolon-windows1252.csv": 2, "two-header-rows.csv": 2} {
		t.Run(name, func(t *testing.T) {
			m, _ := usable(t, "", Options{}, sample(t, "csv/"+name))
			if len(m.Threats) != rows {
				t.Errorf("%d threats, want %d", len(m.Threats), rows)
			}
		})
	}
	m, r := usable(t, "csv", Options{}, sample(t, "csv/register-semicolon-windows1252.csv"))
	first := m.Threats[0]
	if m.Product.Currency != "EUR" || first.Title != "Datenverlust durch gelöschte Sicherung" {
		t.Errorf("%s %q", m.Product.Currency, first.Title)
	}
	// 20 % in 2 years is a rate of −ln(0.8)/2 a year; 50.000 – 400.000 has these 5th and 95th percentiles.
	if got := first.Likelihood.Mean(); got < 0.1115 || got > 0.1117 {
		t.Errorf("the rate is %v a year", got)
	}
	loss := first.Impact.Compromise.Amount.Dist()
	if lo, hi := loss.Quantile(0.05), loss.Quantile(0.95); lo < 49_999 || lo > 50_001 || hi < 399_999 || hi > 400_001 {
		t.Errorf("the loss goes from %v to %v", lo, hi)
	}
	effort := m.Mitigations[0].Cost.Effort.Dist()
	if lo, hi := effort.Quantile(0.05), effort.Quantile(0.95); lo < 7.99 || hi > 15.01 {
		t.Errorf("the effort goes from %v to %v days", lo, hi)
	}
	if !slices.ContainsFunc(r.Guessed, func(l Line) bool { return strings.Contains(l.Why, "Windows-1252") }) {
		t.Error("the report does not name the encoding")
	}
}

func TestDetectSamples(t *testing.T) {
	for dir, format := range map[string]string{"threagile": "threagile", "otm": "otm", "threat-dragon": "threatdragon", "csv": "csv"} {
		files, err := filepath.Glob(filepath.Join(testenv.Shared(t, "data/threatmodels"), dir, "*.*"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, f := range files {
			in := sample(t, dir+"/"+filepath.Base(f))
			if got, err := Detect(in.Name, in.Data); err != nil || got != format {
				t.Errorf("%s is %q, %v, want %q", f, got, err, format)
			}
		}
	}
}

// TestOtherFormats checks that files of formats that cannot be imported are refused, not misread.
func TestOtherFormats(t *testing.T) {
	for _, dir := range []string{"pytm", "hcltm", "tmbom", "threat-composer", "tm7", "iriusrisk-api", "schemas", "other"} {
		files, err := filepath.Glob(filepath.Join(testenv.Shared(t, "data/threatmodels"), dir, "*.*"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, f := range files {
			in := sample(t, dir+"/"+filepath.Base(f))
			if got, err := Detect(in.Name, in.Data); err == nil {
				t.Errorf("%s/%s is taken for %q", dir, in.Name, got)
			}
		}
	}
}
