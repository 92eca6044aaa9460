package api

import (
	"bytes"
	"container/list"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/parleysec/parley"
)

// How much is remembered of what people looked at, to say what moved.
const (
	recallBytes = 16 << 20
	recallOne   = 512 << 10
	mostChanges = 100
)

// recall remembers what was answered to whom, so that a change made on what is
// no longer so can be told what moved. Nothing depends on it but that list.
type recall struct {
	mu    sync.Mutex
	kept  *http.ServeMux // of the paths that are remembered
	items map[seen]*list.Element
	order *list.List // of *sight, oldest first
	bytes int
}

type seen struct{ person, path, tag string }

type sight struct {
	key  seen
	text []byte
}

// keep says that what a path answers is remembered.
func (r *recall) keep(path string) {
	if r.kept == nil {
		r.kept, r.items, r.order = http.NewServeMux(), map[seen]*list.Element{}, list.New()
	}
	r.kept.HandleFunc("GET "+base+path, func(http.ResponseWriter, *http.Request) {})
}

func (r *recall) add(person, path, query, tag string, text []byte) {
	if query != "" || len(text) > recallOne || r.kept == nil {
		return
	}
	ask, err := http.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return
	}
	if _, pattern := r.kept.Handler(ask); pattern == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := seen{person, path, tag}
	if e := r.items[key]; e != nil {
		r.order.MoveToBack(e)
		return
	}
	r.items[key] = r.order.PushBack(&sight{key, slices.Clone(text)})
	r.bytes += len(text)
	for r.bytes > recallBytes {
		old := r.order.Front()
		s, _ := r.order.Remove(old).(*sight)
		r.bytes -= len(s.text)
		delete(r.items, s.key)
	}
}

func (r *recall) find(person, path, tag string) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.items[seen{person, path, tag}]
	if e == nil {
		return nil, false
	}
	s, _ := e.Value.(*sight)
	return s.text, true
}

// Changed is one thing that moved since somebody looked.
type Changed struct {
	What string `json:"what" doc:"Path in the answer, such as threats[0].loss_1_in_20, or the line of a file"`
	Then string `json:"then,omitempty"`
	Now  string `json:"now,omitempty"`
}

// difference lists what is different between two answers, in their order, up to
// a hundred things.
func difference(then, now []byte) []Changed {
	var a, b any
	var out []Changed
	if json.Unmarshal(then, &a) == nil && json.Unmarshal(now, &b) == nil {
		compare("", a, b, &out)
	} else {
		out = lines(then, now)
	}
	return out[:min(len(out), mostChanges)]
}

// compare walks two JSON values side by side.
func compare(at string, a, b any, out *[]Changed) {
	ao, aok := a.(map[string]any)
	bo, bok := b.(map[string]any)
	if aok && bok {
		for _, k := range keysOf(ao, bo) {
			compare(strings.TrimPrefix(at+"."+k, "."), ao[k], bo[k], out)
		}
		return
	}
	al, aok := a.([]any)
	bl, bok := b.([]any)
	if aok && bok {
		for i := range max(len(al), len(bl)) {
			compare(fmt.Sprintf("%s[%d]", at, i), nth(al, i), nth(bl, i), out)
		}
		return
	}
	if t, n := short(a), short(b); t != n {
		*out = append(*out, Changed{What: at, Then: t, Now: n})
	}
}

func keysOf(a, b map[string]any) []string {
	var keys []string
	for k := range a {
		keys = append(keys, k)
	}
	for k := range b {
		if _, both := a[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

func nth(l []any, i int) any {
	if i < len(l) {
		return l[i]
	}
	return nil
}

// short is a value as JSON, cut where it is long; "" for nothing.
func short(v any) string {
	if v == nil {
		return ""
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	const most = 200
	if len(text) > most {
		return strings.ToValidUTF8(string(text[:most]), "") + "…"
	}
	return string(text)
}

// lines lists the lines of two texts that only one of them has.
func lines(then, now []byte) []Changed {
	count := map[string]int{}
	for l := range bytes.Lines(now) {
		count[string(l)]++
	}
	var out []Changed
	for l := range bytes.Lines(then) {
		if count[string(l)]--; count[string(l)] < 0 {
			out = append(out, Changed{What: "line", Then: strings.TrimSpace(string(l))})
		}
	}
	for l := range bytes.Lines(now) {
		if count[string(l)] > 0 {
			count[string(l)]--
			out = append(out, Changed{What: "line", Now: strings.TrimSpace(string(l))})
		}
	}
	return out
}

// problemFrom reads a problem that was written already.
func problemFrom(status int, text []byte) *Problem {
	p := &Problem{}
	if json.Unmarshal(text, p) != nil || p.Status != status {
		return refuse(http.StatusInternalServerError, parley.Internal, "api.error.internal")
	}
	return p
}
