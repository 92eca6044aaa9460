package evidence

import (
	"cmp"
	"maps"
	"slices"
)

// things are findings, each of one place, on their way to be one for each thing.
// All of it takes time in proportion to what there is, however it hangs together:
// reports may hold hundreds of thousands, and whoever writes them may mean ill.
type things struct {
	all    []Finding
	parent []int          // towards the first one of the same thing, which is its own
	strong map[string]int // a place of each fingerprint that is not weak
	group  map[int]*thing // by that first one
}

// thing is what has to be known of the findings that are one so far.
type thing struct {
	weak  set // fingerprints that are weak, and hold
	tools set
	own   bool // some have fingerprints of a tool
}

// joined makes one of findings that have a fingerprint in common. The order is
// that in which things first stand.
func joined(all []Finding) []Finding {
	tellApart(all)
	t := &things{all: all, parent: make([]int, len(all)), strong: map[string]int{}, group: map[int]*thing{}}
	for i := range all {
		t.parent[i] = i
		for _, p := range all[i].Fingerprints {
			if slices.Contains(all[i].Weak, p) { // six at most: see [findingOf]
				continue
			}
			if other, is := t.strong[p]; is {
				t.unite(other, i)
			} else {
				t.strong[p] = i
			}
		}
	}
	for i := range all {
		g := t.of(i)
		for _, p := range all[i].Weak {
			g.weak.add(p)
		}
		g.tools.add(ToolKey(all[i].Tools[0]))
		g.own = g.own || len(all[i].Own) > 0
	}
	t.joinWeak()
	return t.list()
}

// tellApart takes fingerprints without what moves from findings that stand side by side
// and are told apart by just that: a file in two versions, two columns of one line.
func tellApart(all []Finding) {
	exact, several := map[string]string{}, map[string]bool{}
	for i := range all {
		for _, m := range all[i].moving {
			if of, is := exact[m.print]; is && of != m.exact {
				several[m.print] = true
			}
			exact[m.print] = m.exact
		}
	}
	for i := range all {
		f := &all[i]
		if f.moving == nil {
			continue
		}
		var gone set // of its own alone: what it is exactly known by stays
		for _, m := range f.moving {
			if several[m.print] {
				gone.add(m.print)
			}
		}
		f.Fingerprints, f.Weak, f.Own = slices.DeleteFunc(f.Fingerprints, gone.has), slices.DeleteFunc(f.Weak, gone.has), slices.DeleteFunc(f.Own, gone.has)
		f.Fingerprint = slices.Min(f.Fingerprints)
		f.moving = nil
	}
}

// root is the first finding of the same thing.
func (t *things) root(i int) int {
	for t.parent[i] != i {
		t.parent[i] = t.parent[t.parent[i]]
		i = t.parent[i]
	}
	return i
}

func (t *things) of(i int) *thing {
	r := t.root(i)
	if t.group[r] == nil {
		t.group[r] = &thing{}
	}
	return t.group[r]
}

func (t *things) unite(i, j int) int {
	i, j = t.root(i), t.root(j)
	t.parent[max(i, j)] = min(i, j)
	return min(i, j)
}

// joinWeak makes those one that have nothing but a weak fingerprint in common.
// Where a tool tells several of them apart by fingerprints of its own, it holds
// for none of these: which of them the others are, nobody can say.
func (t *things) joinWeak() {
	by := map[string][]int{}
	for i := range t.all {
		for _, p := range t.all[i].Weak {
			by[p] = append(by[p], i)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(by)) {
		list := by[p]
		if i, is := t.strong[p]; is {
			list = append(list, i) // found in that very text
		}
		roots := t.rootsOf(list)
		apart := t.toldApart(roots)
		into := -1
		for _, r := range roots {
			switch g := t.group[r]; {
			case apart && g.own:
				g.weak.remove(p)
			case into < 0:
				into = r
			default:
				into = t.merge(into, r)
			}
		}
	}
}

// toldApart reports whether a tool tells several of these things apart. The tools of
// the one that has most are asked for, and not gone through for each thing beside it.
func (t *things) toldApart(roots []int) bool {
	var own []*thing // with fingerprints of a tool
	for _, r := range roots {
		if g := t.group[r]; g.own {
			own = append(own, g)
		}
	}
	if len(own) < 2 {
		return false
	}
	most := slices.MaxFunc(own, func(a, b *thing) int { return cmp.Compare(a.tools.size(), b.tools.size()) })
	told := set{}
	for _, g := range own {
		if g == most {
			continue
		}
		twice := false
		g.tools.each(func(tool string) {
			twice = twice || most.tools.has(tool) || told.has(tool)
			told.add(tool)
		})
		if twice {
			return true
		}
	}
	return false
}

// rootsOf are the things that findings are, each once, in their order.
func (t *things) rootsOf(list []int) []int {
	out := make([]int, 0, len(list))
	for _, i := range list {
		out = append(out, t.root(i))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// merge makes one of two things. The smaller sets go into the larger, so that
// nothing is moved more often than the number of findings doubles.
func (t *things) merge(i, j int) int {
	a, b := t.group[i], t.group[j]
	delete(t.group, i)
	delete(t.group, j)
	a.weak, a.tools, a.own = union(a.weak, b.weak), union(a.tools, b.tools), a.own || b.own
	r := t.unite(i, j)
	t.group[r] = a
	return r
}

// list are the things, with all that their findings say.
func (t *things) list() []Finding {
	members := map[int][]int{}
	var firsts []int
	for i := range t.all {
		r := t.root(i)
		if r == i {
			firsts = append(firsts, i)
		}
		members[r] = append(members[r], i)
	}
	out := make([]Finding, 0, len(firsts))
	for _, r := range firsts {
		out = append(out, t.one(t.group[r], members[r]))
	}
	return out
}

// one is what several findings of a thing say.
func (t *things) one(g *thing, members []int) Finding {
	f := Finding{Places: len(members)}
	var prints, weak, own, tools, rules, paths ordered
	for _, i := range members {
		x := &t.all[i]
		for _, p := range x.Fingerprints {
			switch isWeak := slices.Contains(x.Weak, p); {
			case !isWeak:
				prints.add(p)
			case g.weak.has(p):
				prints.add(p)
				weak.add(p)
			}
		}
		own.add(x.Own...)
		tools.add(x.Tools...)
		rules.add(x.Rules...)
		paths.add(x.Paths...)
		f.Level = max(f.Level, x.Level)
		if f.Says == "" {
			f.Says = x.Says
		}
		if f.Package == "" {
			f.Package = x.Package
		}
	}
	f.Fingerprints = slices.Sorted(slices.Values(prints.list))
	f.Fingerprint = f.Fingerprints[0]
	f.Weak = slices.DeleteFunc(weak.list, func(p string) bool { _, strong := t.strong[p]; return strong })
	f.Own, f.Tools, f.Rules, f.Paths = own.list, tools.list, rules.list, paths.list
	return f
}
