package exchange

import (
	"testing"
	"unicode"

	"github.com/parleysec/parley"
)

// mustHold is what every import of any bytes must keep: an error of our own, or
// a model that resolves and validates, whose texts have nothing hidden.
func mustHold(t *testing.T, format string, files ...Input) {
	t.Helper()
	m, r, err := Import(format, files, Options{})
	if err != nil {
		if _, ok := err.(*Error); !ok {
			t.Fatalf("error of type %T: %v", err, err)
		}
		if m != nil || r != nil {
			t.Fatal("a model beside an error")
		}
		return
	}
	problems := parley.Errors(append(parley.Resolve(m), parley.Validate(m)...))
	for _, p := range problems {
		t.Errorf("%s (%s): %s; %s", p.Path, p.ID, p.Message, p.Hint)
	}
	for _, x := range m.Threats {
		if x.Title == "" || x.Impact.Says == "" || x.Source == nil {
			t.Errorf("threat %s lacks a title, a consequence or a source", x.ID)
		}
		for _, s := range append([]string{x.Title, x.Notes, x.Impact.Says, x.Owner}, x.Assets...) {
			for _, c := range s {
				if c != '\n' && (unicode.IsControl(c) || c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069') {
					t.Errorf("threat %s has a hidden character %U in %q", x.ID, c, s)
				}
			}
		}
	}
}

func FuzzThreagile(f *testing.F) {
	f.Add([]byte("threagile_version: 1.0.0\ntitle: T\nindividual_risk_categories:\n  A:\n    id: a\n    cwe: 1\n    risks_identified:\n      <b>x</b>:\n        exploitation_likelihood: likely\n        exploitation_impact: low\n        most_relevant_technical_asset: z\nrisk_tracking:\n  a@z:\n    status: accepted\n    date: 2020-01-04\n  b@*:\n    status: mitigated\n"))
	f.Add([]byte(`[{"category":"a","synthetic_id":"a@b","title":"<b>A</b> at b","risk_status":"mitigated"}]`))
	f.Add([]byte("threagile_version: 1\nincludes: [a.yaml, b.yaml]"))
	f.Add([]byte("a: &a [x, x]\nb: &b [*a, *a]\nthreagile_version: *b\n<<: {title: *a}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		mustHold(t, "threagile", Input{"m.yaml", data})
		mustHold(t, "threagile", Input{"m.yaml", data}, Input{"risks.json", []byte(`[{"category":"a","synthetic_id":"a@b"}]`)})
	})
}

func FuzzOTM(f *testing.F) {
	f.Add([]byte(`{"otmVersion":"0.2.0","project":{"id":"p","name":"P"},"threats":[{"id":"1","name":"A","cwes":["CWE-79"],"risk":{"likelihood":50,"impact":100}}],"mitigations":[{"id":"1","riskReduction":100}],"components":[{"name":"c","threats":[{"threat":"1","state":"accepted","mitigations":[{"mitigation":"1","state":"implemented"},{"mitigation":"2","state":"open"}]},{"threat":"9","state":"x"}]}]}`))
	f.Add([]byte(`{"otmVersion":"0.2.0","project":{"id":".","name":"."},"threats":[{"id":".","name":"."}],"mitigations":[{"id":".","name":"."}],"components":[{"id":".","name":".","threats":[{"threat":".","mitigations":[{"mitigation":"."}]}]}]}`))
	f.Add([]byte("otmVersion: 0.1.0\nproject: {name: x}\nthreats: [{id: '1'}]"))
	f.Add([]byte(`[{"otmVersion":"0.2.0","project":{}}]`))
	f.Fuzz(func(t *testing.T, data []byte) { mustHold(t, "otm", Input{"m.otm", data}) })
}

func FuzzThreatDragon(f *testing.F) {
	f.Add([]byte(`{"summary":{"title":"T"},"detail":{"diagrams":[{"cells":[{"data":{"name":"n","outOfScope":true,"threats":[{"id":"1","title":"x","status":"Mitigated","severity":"High","type":"Tampering","mitigation":"m"},{"title":"New STRIDE threat","status":"NotApplicable","severity":"TBD"}]}}]}]}}`))
	f.Add([]byte(`{"summary":{"title":"."},"detail":{"diagrams":[{"cells":[{"data":{"name":".","threats":[{"id":".","title":".","status":"Open","severity":"High","mitigation":"."}]}}]}]}}`))
	f.Add([]byte(`{"summary":{},"detail":{"diagrams":[{"diagramJson":{"cells":[{"labels":[{"attrs":{"text":{"text":"f"}}}],"threats":[{"ruleId":"1"}]}]}}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) { mustHold(t, "threatdragon", Input{"m.json", data}) })
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("ID,Threat,Likelihood,Impact,Status,Mitigation,Cost\n1,A,20%..50% within 2 years,5k..200k,Accepted,do it,5d\n"))
	f.Add([]byte("Nr;Bedrohung;Wahrscheinlichkeit;Schaden (€);Maßnahme;Kosten (PT)\r\n1;x;20 % in 2 Jahren;50.000 – 400.000;y;8–15\r\n"))
	f.Add([]byte("sep=|\nThreat|Likelihood (1-5)|Impact (k€)|Decision|Date\n=a|3|20|accept|1.2.2024\n"))
	f.Add([]byte("ID,Threat,Likelihood,Impact\n.,.,low,5k\n,.,low,5k\n"))
	f.Add([]byte("\xff\xfeT\x00h\x00r\x00e\x00a\x00t\x00,\x00I\x00D\x00\n\x00a\x00,\x00b\x00"))
	f.Fuzz(func(t *testing.T, data []byte) { mustHold(t, "csv", Input{"m.csv", data}) })
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte(`{"summary":{},"details":1}`))
	f.Add([]byte("a,b\nc,d"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if name, err := Detect("f", data); err == nil && name == "" {
			t.Error("neither a format nor an error")
		}
		mustHold(t, "", Input{"f", data})
	})
}
