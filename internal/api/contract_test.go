package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write the golden files anew")

// contract is the document that the server serves, with what was seen of it.
type contract struct {
	mu      sync.Mutex // tests ask several things at once
	doc     map[string]any
	schemas *jsonschema.Compiler
	known   map[string]*jsonschema.Schema
	mux     *http.ServeMux // finds the route of a path
	told    map[string]bool
}

func newContract(t testing.TB, a *api) *contract {
	t.Helper()
	rec := httptest.NewRecorder()
	a.handler().ServeHTTP(rec, httptest.NewRequest("GET", base+"/openapi.json", nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("the document is not there: %d", rec.Code)
	}
	doc, err := jsonschema.UnmarshalJSON(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{schemas: jsonschema.NewCompiler(), known: map[string]*jsonschema.Schema{}, mux: http.NewServeMux(), told: map[string]bool{}}
	c.doc, _ = doc.(map[string]any)
	c.schemas.AssertFormat()
	if err := c.schemas.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	for _, r := range a.routes {
		c.mux.HandleFunc(r.Method+" "+base+r.Path, func(http.ResponseWriter, *http.Request) {})
	}
	return c
}

// check holds an answer against the document: its status, its content type and
// its body.
func (c *contract) check(t testing.TB, method, path string, a answer) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if method == http.MethodHead {
		return // a GET without its body
	}
	plain, _, _ := strings.Cut(path, "?")
	_, pattern := c.mux.Handler(httptest.NewRequest(method, base+plain, nil))
	op := c.operation(strings.TrimPrefix(pattern, method+" "+base), method)
	if op == nil {
		if a.StatusCode < 400 && !strings.HasPrefix(plain, "/openapi") {
			t.Errorf("%s %s answers %d and is not in the document", method, path, a.StatusCode)
		}
		return
	}
	if a.StatusCode == http.StatusNotModified {
		return
	}
	status := strconv.Itoa(a.StatusCode)
	responses, _ := op["responses"].(map[string]any)
	if responses[status] == nil {
		if status = "default"; a.StatusCode < 400 {
			t.Errorf("%s %s: the document knows no %d", method, path, a.StatusCode)
			return
		}
	}
	response, _ := responses[status].(map[string]any)
	content, _ := response["content"].(map[string]any)
	kind := a.Header.Get("Content-Type")
	if content[kind] == nil {
		t.Errorf("%s %s: %d comes as %q, the document says %v", method, path, a.StatusCode, kind, slices.Collect(maps.Keys(content)))
		return
	}
	c.told[pattern+" "+status] = true
	if kind != "application/json" && kind != problemType {
		return
	}
	at := "openapi.json#/paths/" + pointer(strings.TrimPrefix(pattern, method+" "+base)) + "/" + strings.ToLower(method) + "/responses/" + status + "/content/" + pointer(kind) + "/schema"
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.text))
	if err != nil {
		t.Errorf("%s %s: %v\n%.300s", method, path, err, a.text)
		return
	}
	if c.known[at] == nil {
		if c.known[at], err = c.schemas.Compile(at); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.known[at].Validate(v); err != nil {
		t.Errorf("%s %s: %d is not as the document says: %v\n%.400s", method, path, a.StatusCode, err, a.text)
	}
}

func (c *contract) operation(path, method string) map[string]any {
	paths, _ := c.doc["paths"].(map[string]any)
	item, _ := paths[path].(map[string]any)
	op, _ := item[strings.ToLower(method)].(map[string]any)
	return op
}

func pointer(s string) string {
	return strings.NewReplacer("{", "%7B", "}", "%7D").Replace(strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
}

// The document is what it was, or the change is seen.
func TestDocumentIsGolden(t *testing.T) {
	s := newSite(t)
	s.who = ""
	got := s.get("/openapi.json").text
	golden := filepath.Join("testdata", "openapi.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
		t.Errorf("the document changed; look at the change, then run go test ./internal/api -update:\n%s", diff)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Summary     string
			Responses   map[string]any
		}
	}
	if err := json.Unmarshal(got, &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("%v, OpenAPI %q", err, doc.OpenAPI)
	}
	ids := map[string]bool{}
	for path, item := range doc.Paths {
		for method, op := range item {
			if op.OperationID == "" || ids[op.OperationID] || strings.HasPrefix(op.Summary, "{") || op.Summary == "" || op.Responses["default"] == nil {
				t.Errorf("%s %s: %+v", method, path, op)
			}
			ids[op.OperationID] = true
		}
	}
}
