package evidence

import (
	"slices"
	"strings"
	"time"
)

const openvexNamespace = "https://openvex.dev/ns"

func isOpenVEX(sh *shape) bool { return sh.begins("@context", openvexNamespace) }

// readOpenVEX reads OpenVEX 0.0.1 and 0.2.0. Of several statements about the
// same vulnerability and products the latest stands where they differ.
func readOpenVEX(src *source) *Error {
	s := src.json()
	run := src.run(Statements)
	var all []openvexStatement
	author := ""
	s.object(func(key []byte) {
		switch string(key) {
		case "@context":
			ns, _ := strings.CutPrefix(s.text(), openvexNamespace)
			run.version("OpenVEX", strings.TrimPrefix(ns, "/"), "", "v0.0.1", "v0.2.0")
		case "author":
			author = s.text()
		case "tooling":
			run.Tool = s.text()
		case "timestamp", "last_updated":
			run.timed(s.text())
		case "statements":
			s.array(func() { all = append(all, readOpenVEXStatement(s)) })
		}
	})
	s.end()
	if s.err != nil {
		return s.err
	}
	if run.Tool == "" {
		run.Tool = author
	}
	run.openvex(all)
	run.stated()
	return nil
}

type openvexStatement struct {
	c      Case
	status string
	time   string
	about  string // vulnerability and products

	products []string // sorted
}

func readOpenVEXStatement(s *scan) openvexStatement {
	var st openvexStatement
	var products []string
	s.object(func(key []byte) {
		switch string(key) {
		case "vulnerability":
			st.c.Rule = openvexName(s)
		case "products":
			s.array(func() { products = append(products, openvexName(s)) })
		case "status":
			st.status = s.text()
		case "timestamp":
			st.time = s.text()
		}
	})
	slices.Sort(products)
	st.about = st.c.Rule
	for _, p := range products {
		st.about += "\x00" + p
	}
	st.products = products
	st.c.Outcome = vexState(st.status)
	return st
}

// openvexName is a text, or an object with a name or an id.
func openvexName(s *scan) string {
	if s.peek() != '{' {
		return s.text()
	}
	name, id := "", ""
	s.object(func(key []byte) {
		switch string(key) {
		case "name":
			name = s.text()
		case "@id":
			id = s.text()
		}
	})
	if name != "" {
		return name
	}
	return id
}

// openvex adds the statements that no later one replaces. A statement without
// a time has the document's.
func (r *Run) openvex(all []openvexStatement) {
	document := r.Time
	latest := map[string]int{}
	times := make([]time.Time, len(all))
	for i, st := range all {
		times[i] = document
		if t, _ := when(st.time); !t.IsZero() {
			times[i] = t
			r.at(t)
		}
		if j, ok := latest[st.about]; !ok || !times[i].Before(times[j]) {
			latest[st.about] = i
		}
	}
	replaced := 0
	for i, st := range all {
		if last := latest[st.about]; last != i && all[last].c.Outcome != st.c.Outcome {
			st.c.Outcome = Ignored
			replaced++
		}
		r.addAbout(st.c, st.products)
	}
	if replaced > 0 {
		r.note(counted(replaced, "statement is replaced by a later one", "statements are replaced by later ones"))
	}
}
