package evidence

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// based is a report whose one result stands on a base.
func based(bases, location string) string {
	return fmt.Sprintf(`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"lint"}},"results":[{"ruleId":"r","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":%s,"region":{"snippet":{"text":"x()"}}}}]}],"originalUriBaseIds":%s}]}`, location, bases)
}

func TestSARIFBases(t *testing.T) {
	for _, c := range []struct{ bases, location, want string }{
		{`{}`, `{"uri":"a.c"}`, "a.c"},
		{`{"ROOT":{"uri":"file:///builds/7/"}}`, `{"uri":"src/a.c","uriBaseId":"ROOT"}`, "src/a.c"},
		{`{"%SRCROOT%":{}}`, `{"uri":"./src/a.c","uriBaseId":"%SRCROOT%"}`, "./src/a.c"},
		{`{"SRC":{"uri":"src/","uriBaseId":"ROOT"},"ROOT":{"uri":"file:///builds/7/"}}`, `{"uri":"a.c","uriBaseId":"SRC"}`, "src/a.c"},
		{`{"LIB":{"uri":"lib%20b/","uriBaseId":"SRC"},"SRC":{"uri":"src/"}}`, `{"uri":"a.c","uriBaseId":"LIB"}`, "src/lib b/a.c"},
		{`{"SRC":{"uri":"src/"}}`, `{"uri":"../a.c","uriBaseId":"SRC"}`, "a.c"},
		{`{"SRC":{"uri":"src/"}}`, `{"uri":"file:///etc/a.c","uriBaseId":"SRC"}`, "file:///etc/a.c"},
		{`{"SRC":{"uri":"src/"}}`, `{"uri":"C:\\a.c","uriBaseId":"SRC"}`, `C:\a.c`},
		{`{"A":{"uri":"a/","uriBaseId":"B"},"B":{"uri":"b/","uriBaseId":"A"}}`, `{"uri":"a.c","uriBaseId":"A"}`, "a.c"},
		{`{"OUT":{"uri":"../../etc/"}}`, `{"uri":"a.c","uriBaseId":"OUT"}`, "a.c"},
		{`{}`, `{"uri":"a.c","uriBaseId":"NOWHERE"}`, "a.c"},
		{`{}`, `{"uri":"a.c","index":-5}`, "a.c"},
		{`{"SRC":{"uri":"src/"}}`, `{"uri":"a.c","index":-2}`, "a.c"},
		{`{"SRC":{"uri":"src/"}}`, `{"index":-2}`, ""},
		{`{"LONG":{"uri":"` + strings.Repeat("d/", longestBase) + `"}}`, `{"uri":"a.c","uriBaseId":"LONG"}`, "a.c"},
		{`{"LONG":{"uri":"` + strings.Repeat("d/", longestBase/3) + `","uriBaseId":"LONG"}}`, `{"uri":"a.c","uriBaseId":"LONG"}`, "a.c"},
	} {
		r, err := Read(Input{Name: "f", Data: []byte(based(c.bases, c.location))}, Options{})
		if err != nil {
			t.Fatalf("%s: %v", c.bases, err)
		}
		if got := r.Runs[0].Cases[0].Path; got != c.want {
			t.Errorf("%s on %s is %q, want %q", c.location, c.bases, got, c.want)
		}
	}
	// An artifact stands on its base, too, and so does a result that names it by number.
	indexed := strings.Replace(based(`{"SRC":{"uri":"src/"}}`, `{"index":0}`), `"results"`, `"artifacts":[{"location":{"uri":"a.c","uriBaseId":"SRC"}}],"results"`, 1)
	r, err := Read(Input{Name: "f", Data: []byte(indexed)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if run := r.Runs[0]; run.Cases[0].Path != "src/a.c" || !slices.Equal(run.Paths, []string{"src/a.c"}) {
		t.Errorf("%q, %q", run.Cases[0].Path, run.Paths)
	}
	var many strings.Builder
	for i := range 3 * mostBases {
		fmt.Fprintf(&many, `"B%d":{"uri":"d/","uriBaseId":"B%d"},`, i, i+1)
	}
	if _, err := Read(Input{Name: "f", Data: []byte(based("{"+strings.TrimSuffix(many.String(), ",")+"}", `{"uri":"a.c","uriBaseId":"B0"}`))}, Options{}); err != nil {
		t.Fatal(err)
	}
}

// TestBasesKeepFindings: a finding whose path stands on a base is the one another tool
// names by its whole path, and the one that was known by the path as it is written.
func TestBasesKeepFindings(t *testing.T) {
	moved := based(`{"SRC":{"uri":"src/"}}`, `{"uri":"a.c","uriBaseId":"SRC"}`)
	for _, other := range []string{`{"uri":"src/a.c"}`, `{"uri":"a.c"}`} {
		if one := found(t, based(`{}`, other), moved); len(one) != 1 {
			t.Errorf("%s is another one: %+v", other, one)
		}
	}
	if two := found(t, based(`{}`, `{"uri":"lib/a.c"}`), moved); len(two) != 2 {
		t.Errorf("another file is the same: %+v", two)
	}
}
