package evidence

import "slices"

// few is how many texts are looked through one by one: nearly all findings have
// fewer of anything, and a map for each would take most of the memory.
const few = 8

// set is a set of texts.
type set struct {
	some []string
	many map[string]struct{} // where there are more than a few
}

func setOf(texts []string) *set {
	s := &set{}
	for _, x := range texts {
		s.add(x)
	}
	return s
}

func (s *set) has(x string) bool {
	if s.many != nil {
		_, is := s.many[x]
		return is
	}
	return slices.Contains(s.some, x)
}

func (s *set) add(x string) {
	switch {
	case s.has(x):
	case s.many != nil:
		s.many[x] = struct{}{}
	case len(s.some) < few:
		s.some = append(s.some, x)
	default:
		s.many = make(map[string]struct{}, 2*few)
		for _, y := range append(s.some, x) {
			s.many[y] = struct{}{}
		}
		s.some = nil
	}
}

func (s *set) remove(x string) {
	if s.many != nil {
		delete(s.many, x)
		return
	}
	s.some = slices.DeleteFunc(s.some, func(y string) bool { return x == y })
}

func (s *set) each(do func(string)) {
	for _, x := range s.some {
		do(x)
	}
	for x := range s.many {
		do(x)
	}
}

func (s *set) size() int { return len(s.some) + len(s.many) }

// union is what is in either, made of the larger.
func union(a, b set) set {
	if a.size() < b.size() {
		a, b = b, a
	}
	b.each(a.add)
	return a
}

// ordered are texts, each once, in the order in which they came.
type ordered struct {
	list []string
	seen set
}

func (o *ordered) add(texts ...string) {
	for _, x := range texts {
		if !o.seen.has(x) {
			o.seen.add(x)
			o.list = append(o.list, x)
		}
	}
}
