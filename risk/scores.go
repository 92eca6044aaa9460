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

	read   *readBeta // that values are of in this block; nil: of none
	values *[blockSize]float64
	least  float64
}

func newScores(seed uint64) *scores {
	return &scores{seed: seed, columns: map[scoreKey]*scoreColumn{}}
}

// of is an input's scores in the block at work.
func (s *scores) of(id string, what uint64, kind int) *[blockSize]float64 {
	return &s.column(scoreKey{id, what, kind}).z
}

func (s *scores) column(k scoreKey) *scoreColumn {
	c := s.columns[k]
	if c == nil {
		c = &scoreColumn{}
		s.columns[k] = c
	}
	if !c.valid || c.block != s.block {
		from := streamOf(s.seed, keyOf(k.id), s.block, k.what, uint64(k.kind))
		from.normals(c.z[:])
		c.block, c.valid, c.read = s.block, true, nil
	}
	return c
}

// valuesOf are an input's values in the block at work, as one threat reads them.
func (s *scores) valuesOf(in *input, k scoreKey, into *[blockSize]float64) {
	fromScores(in.dist, &s.column(k).z, into)
}

// shared are an input's values in the block at work where all threats read one
// distribution at its scores: worked out once for all of them. They are not to be
// written to, and hold until the block changes. They are nil for other inputs.
func (s *scores) shared(in *input, k scoreKey) (values *[blockSize]float64, least float64) {
	d, ok := in.dist.(*readBeta)
	if !ok {
		return nil, 0
	}
	c := s.column(k)
	if c.values == nil {
		c.values = new([blockSize]float64)
	}
	if c.read != d {
		fromScores(d, &c.z, c.values)
		c.read, c.least = d, leastOf(c.values)
	}
	return c.values, c.least
}

func leastOf(x *[blockSize]float64) float64 {
	least := x[0]
	for _, x := range x {
		if x < least { // several times as fast as min, which minds NaN
			least = x
		}
	}
	return least
}
