package file

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parleysec/parley"
)

// foreignKeys has a key of somebody else in each kind of thing.
const foreignKeys = `parley: v1
product: {id: shop, currency: EUR, x-team: blue}
policy: {person_day: 650, x-approved: 2026-01-02}
dependencies:
  - {id: cdn, title: Network, down: 1%, x-a: 1}
controls:
  - id: waf
    title: Firewall
    function: prevent
    against: [{threat: leak, likelihood: half, x-why: measured}]
    checks: [{id: c1, every: 7 days, x-job: [nightly, weekly]}]
    x-owner: "line one\nline two"
threats:
  - id: leak
    title: A leak
    likelihood: 10% per year
    x-jira: SHOP-17        # a comment is not kept
    x-number: 1.10
    x-nothing: null
    x-yes: yes
    x-empty: ""
    x-deep: {b: [1, {c: "#d"}], "a: b": ~}
    x-text: |
      one
        two
    impact: {financial: 10k, people: {who: us, harm: minor, x-p: 1}, x-i: 1}
    obligation: {says: GDPR, x-o: 1}
    estimates: [{by: priya, likelihood: 20% per year, x-e: 1}]
    source: {tool: t, x-s: 1}
    treatments: [{id: insure, kind: transfer, title: Policy, premium: 1k per year, x-t: 1}]
mitigations:
  - id: m
    title: Something
    cost: {effort: 3d, x-c: 1}
    against: [{threat: leak, likelihood: half}]
    benefits: [{says: More trade, value: 1k per year, x-b: 1}]
    x-m: 1
features:
  - {id: f, title: More, cost: {effort: 3d}, value: 1k per year, x-f: 1}
capacity:
  - {period: 2027-Q1, effort: 10d, x-q: 1}
decisions:
  - {threats: [leak], kind: accept, because: cheap, x-d: 1}
incidents:
  - {threat: leak, at: 2026-01-01, x-n: 1}
x-tool: {version: 3}
`

// TestForeignKeysAreKept: keys that start with x- come back from a file that
// was read and written, wherever they stood, with the same values.
func TestForeignKeysAreKept(t *testing.T) {
	doc, err := Read("a.yaml", []byte(foreignKeys))
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Model.Threats[0].X["x-number"]; got != "1.10" {
		t.Errorf("x-number is kept as %q, want 1.10", got)
	}
	var b bytes.Buffer
	if err := Write(&b, doc.Model); err != nil {
		t.Fatal(err)
	}
	again, err := Read("b.yaml", b.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	if diff := cmp.Diff(foreignOf(doc.Model), foreignOf(again.Model)); diff != "" {
		t.Errorf("keys changed on the way (-read +written):\n%s\n%s", diff, b.String())
	}
	written := b.String()
	for _, line := range strings.Split(foreignKeys, "\n") {
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" {,:[", r) }) {
			if strings.HasPrefix(word, "x-") && !strings.Contains(written, word+":") {
				t.Errorf("%s is gone", word)
			}
		}
	}
	for _, want := range []string{"x-number: 1.10\n", "x-yes: yes\n", "x-nothing: null\n", `x-text: "one\n  two\n"`, `x-empty: ""`} {
		if !strings.Contains(written, want) {
			t.Errorf("not written as it was: %s\n%s", want, written)
		}
	}
	b.Reset()
	if err := Write(&b, again.Model); err != nil || b.String() != written {
		t.Errorf("written twice it differs (%v)", err)
	}
}

// foreignOf lists the keys of somebody else by path.
func foreignOf(m *parley.Model) map[string]map[string]string {
	out := map[string]map[string]string{}
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem(), path)
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), path+"[]")
			}
		case reflect.Struct:
			if x, ok := v.Interface().(parley.Extended); ok {
				if x.X != nil {
					out[path] = x.X
				}
				return
			}
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() && v.Type() != quantityType {
					walk(v.Field(i), path+"."+v.Type().Field(i).Name)
				}
			}
		}
	}
	walk(reflect.ValueOf(m), "")
	return out
}

// TestForeignKeysFromARecord: what was kept is data of somebody else, and is
// never read as fields of ours.
func TestForeignKeysFromARecord(t *testing.T) {
	m := &parley.Model{Parley: "v1", Product: parley.Product{ID: "shop", Currency: "EUR"}}
	m.X = map[string]string{"x-bad": "{", "product": "{id: other}", "x-tail": "1\nthreats: []"}
	var b bytes.Buffer
	if err := Write(&b, m); err != nil {
		t.Fatal(err)
	}
	doc, err := Read("a.yaml", b.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	if doc.Model.Product.ID != "shop" || len(doc.Model.X) != 2 {
		t.Errorf("read back: %+v", doc.Model)
	}
}
