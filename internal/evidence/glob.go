package evidence

import "strings"

// listed reports whether any of the patterns between commas matches, or the
// text of patterns as one. An empty list matches everything.
func listed(patterns string, match func(pattern string) bool) bool {
	patterns = strings.TrimSpace(patterns)
	if patterns == "" || match(patterns) {
		return true
	}
	for p := range strings.SplitSeq(patterns, ",") {
		if p = strings.TrimSpace(p); p != "" && match(p) {
			return true
		}
	}
	return false
}

// longestPath is the most bytes of a path that are looked at, from its end.
const longestPath = 4096

// glob matches a whole text: * is any run of characters, ? any one. Letters
// match whatever their case.
func glob(pattern, text string) bool {
	return wild(strings.ToLower(pattern), strings.ToLower(text), false)
}

// globPath matches a path, or its end after a slash: * and ? stop at a slash,
// ** does not. src/** matches /home/build/src/a.go.
func globPath(pattern, path string) bool {
	path = strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "file://")
	path = strings.TrimPrefix(path, "./")
	path = path[max(0, len(path)-longestPath):]
	if wild(pattern, path, true) {
		return true
	}
	if strings.HasPrefix(pattern, "/") {
		return false
	}
	for i := range len(path) {
		if path[i] == '/' && wild(pattern, path[i+1:], true) {
			return true
		}
	}
	return false
}

// wild matches in time pattern × text: states is where in the pattern a match
// of the text so far may stand.
func wild(pattern, text string, slashes bool) bool {
	states := make([]bool, len(pattern)+1)
	next := make([]bool, len(pattern)+1)
	states[0] = true
	through(pattern, states)
	for i := range len(text) {
		clear(next)
		c, any := text[i], false
		for j, on := range states[:len(pattern)] {
			if !on {
				continue
			}
			switch p := pattern[j]; {
			case p == '*' && (c != '/' || !slashes || deep(pattern, j)):
				next[j] = true
			case p == '?' && (c != '/' || !slashes), p == c && p != '*':
				next[j+1] = true
			default:
				continue
			}
			any = true
		}
		if !any {
			return false
		}
		through(pattern, next)
		states, next = next, states
	}
	return states[len(pattern)]
}

// deep reports whether the star at j is one of two.
func deep(pattern string, j int) bool {
	return j+1 < len(pattern) && pattern[j+1] == '*' || j > 0 && pattern[j-1] == '*'
}

// through lets stars match nothing, and **/ stand for no folder at all.
func through(pattern string, states []bool) {
	for j := range len(pattern) {
		if !states[j] || pattern[j] != '*' {
			continue
		}
		states[j+1] = true
		if strings.HasPrefix(pattern[j:], "**/") && (j == 0 || pattern[j-1] == '/') {
			states[j+3] = true
		}
	}
}
