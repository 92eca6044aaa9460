package evidence

import (
	"path"
	"strings"
)

// mostBases is how many bases of a run are told apart, deepestBase on how many others
// one may stand, and longestBase how long what they add to a path may be, in bytes:
// it is added to hundreds of thousands of paths.
const (
	mostBases   = 1_000
	deepestBase = 16
	longestBase = 256
)

// sarifBases are what a run says its paths stand on (originalUriBaseIds, section
// 3.14.14), which may come after the results that name them.
type sarifBases struct {
	numbers map[string]int32
	at      []sarifPath // of each base, by number: its own path, and what it stands on
	parts   []string    // of each base, by number, once the run is read
}

// number is that of a base by its name; -1 for none.
func (b *sarifBases) number(name string) int32 {
	if name == "" {
		return -1
	}
	if n, is := b.numbers[name]; is {
		return n
	}
	if len(b.at) == mostBases {
		return -1
	}
	if b.numbers == nil {
		b.numbers = map[string]int32{}
	}
	n := int32(len(b.at))
	b.numbers[name], b.at = n, append(b.at, sarifPath{base: -1})
	return n
}

func (b *sarifBases) read(s *scan) {
	s.object(func(key []byte) {
		n, at := b.number(string(key)), sarifPath{base: -1}
		s.object(func(key []byte) {
			switch string(key) {
			case "uri":
				at.path = uriPath(s.text())
			case "uriBaseId":
				at.base = b.number(s.text())
			}
		})
		if n >= 0 {
			b.at[n] = at
		}
	})
}

// resolve is a path as it stands in the source: below the relative paths of the
// bases it stands on. Where these begin on a machine ("file:///builds/7/") is no
// part of it, and neither is a base that leads out of what it stands on.
func (b *sarifBases) resolve(p sarifPath) string {
	if p.base < 0 || p.path == "" || rooted(p.path) {
		return p.path
	}
	if b.parts == nil {
		b.parts = make([]string, len(b.at))
		for n := range b.at {
			b.parts[n] = b.below(int32(n))
		}
	}
	if part := b.parts[p.base]; part != "" {
		return path.Join(part, p.path)
	}
	return p.path
}

// below is the relative path of a base and all it stands on; "" where there is none,
// where it is too long, or where it goes round in a circle.
func (b *sarifBases) below(n int32) string {
	part := ""
	for range deepestBase {
		if n < 0 {
			return part
		}
		at := b.at[n]
		if rooted(at.path) {
			return part
		}
		if len(at.path) > longestBase {
			return ""
		}
		if part = path.Join(at.path, part); part == ".." || strings.HasPrefix(part, "../") || len(part) > longestBase {
			return ""
		}
		n = at.base
	}
	return ""
}

// rooted reports whether a path begins at a root: of a machine, a disk or a scheme.
func rooted(uri string) bool {
	if strings.HasPrefix(uri, "/") || strings.HasPrefix(uri, "\\") {
		return true
	}
	before, _, colon := strings.Cut(uri, ":")
	return colon && !strings.ContainsAny(before, "/\\")
}
