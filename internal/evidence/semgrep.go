package evidence

// isSemgrep tells Semgrep's list of results. Without a result no key may stand
// in the file that Semgrep does not write: other tools have results and errors
// as well.
func isSemgrep(sh *shape) bool {
	if !sh.has("results", '[') || !sh.has("errors", '[') {
		return false
	}
	return sh.item("results", "check_id") || len(sh.items["results"]) == 0 &&
		sh.only("results", "errors", "version", "paths", "time", "skipped_rules", "interfile_languages_used", "engine_requested", "explanations", "rules_by_engine", "profiling_results", "mcp_scan_results")
}

// readSemgrep reads Semgrep's JSON. A scan with errors looked at a part alone.
func readSemgrep(src *source) *Error {
	s := src.json()
	run := src.run(Findings)
	run.Tool = "semgrep"
	g := &semgrep{s: s, run: run}
	listed := false // says what it scanned
	s.object(func(key []byte) {
		switch string(key) {
		case "version":
			run.Version = s.text()
		case "results":
			s.array(g.result)
		case "errors":
			s.array(func() { g.errors++ })
		case "paths":
			s.object(func(key []byte) {
				if string(key) == "scanned" {
					listed = s.peek() == '['
					s.array(func() { run.Paths = append(run.Paths, s.text()) })
				}
			})
		}
	})
	s.end()
	if g.errors > 0 {
		run.doubt(counted(g.errors, "error during the scan", "errors during the scan"))
	}
	if listed && len(run.Paths) == 0 && len(run.Cases) == 0 {
		run.doubt("no file was scanned")
	}
	if g.dropped > 0 {
		run.note(counted(g.dropped, "result is ignored by a comment in the code", "results are ignored by comments in the code"))
	}
	return s.err
}

type semgrep struct {
	s       *scan
	run     *Run
	errors  int
	dropped int
}

func (g *semgrep) result() {
	s := g.s
	c := Case{Outcome: Fail}
	s.object(func(key []byte) {
		switch string(key) {
		case "check_id":
			c.Rule = s.text()
		case "path":
			c.Path = s.text()
		case "extra":
			s.object(func(key []byte) {
				d := g.run.detail(&c)
				switch string(key) {
				case "message", "lines", "fingerprint":
					if d != nil {
						g.detail(d, string(key))
					}
				case "severity":
					c.Level = levelOf(s.text())
				case "is_ignored":
					if s.boolean() {
						c.Outcome = Ignored
						g.dropped++
					}
				}
			})
		}
	})
	g.run.add(c)
}

// detail reads what a result says of itself. Its fingerprint is the one that
// Semgrep writes into SARIF, under the same name.
func (g *semgrep) detail(d *Detail, key string) {
	var text string
	g.s.texted(&text)
	switch {
	case text == redacted:
	case key == "message":
		d.Says = text
	case key == "lines":
		d.Snippet = text
	case text != "":
		d.Whole = append(d.Whole, "matchBasedId/v1="+text)
	}
}
