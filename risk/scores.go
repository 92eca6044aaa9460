package risk

// scores are the normal scores of the uncertain inputs in one block of trials.
// An input used by several threats is one input, drawn once per trial: each
// threat reads its own range at the same scores.
type scores struct {
	seed    uint64
	block   uint64
	columns map[scoreKey]*scoreColumn
}

// scoreKey names an uncertain input: whose it is, and which.
type scoreKey struct {
	id   string
	what uint64
	kind int
}

// scoreColumn holds the scores of one input in one block.
type scoreColumn struct {
	block uint64
	valid bool
	z     [blockSize]float64
}

func newScores(seed uint64) *scores {
	return &scores{seed: seed, columns: map[scoreKey]*scoreColumn{}}
}

// of is an input's scores in the block at work.
func (s *scores) of(id string, what uint64, kind int) *[blockSize]float64 {
	k := scoreKey{id, what, kind}
	c := s.columns[k]
	if c == nil {
		c = &scoreColumn{}
		s.columns[k] = c
	}
	if !c.valid || c.block != s.block {
		from := streamOf(s.seed, keyOf(id), s.block, what, uint64(kind))
		for i := range c.z {
			c.z[i] = from.normal()
		}
		c.block, c.valid = s.block, true
	}
	return &c.z
}

// valuesOf are an input's values in the block at work, as one threat reads them.
func (s *scores) valuesOf(in *input, k scoreKey, into *[blockSize]float64) {
	for i, z := range s.of(k.id, k.what, k.kind) {
		into[i] = fromScore(in.dist, z)
	}
}
