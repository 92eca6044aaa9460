package risk

import "math"

// The ziggurat of 256 layers for the normal distribution (Marsaglia and Tsang,
// J. Statistical Software 5 (2000), 8; in the form of Doornik 2005): layer i is
// the rectangle up to zigX[i] between the densities there and at zigX[i+1], all
// of one area; layer 0 includes the tail beyond zigX[1] = zigR.
const (
	zigLayers = 256
	zigR      = 3.6541528853610087963519472518 // where the tail begins
	zigArea   = 0.00492867323399               // of each layer, density exp(−x²/2)
	zigBits   = 43                             // of the position within a layer, besides its sign
)

// zigTable is one layer: position j is x = j·width; inside the next layer, and
// so accepted at once, while |j| < inside.
type zigTable struct {
	width  [zigLayers]float64
	inside [zigLayers]uint64
	edge   [zigLayers + 1]float64
	height [zigLayers + 1]float64 // of the density at the edges
}

var ziggurat = newZiggurat()

func newZiggurat() *zigTable {
	t := &zigTable{}
	density := func(x float64) float64 { return math.Exp(-x * x / 2) }
	t.edge[0] = zigArea / density(zigR)
	t.edge[1] = zigR
	for i := 2; i < zigLayers; i++ {
		t.edge[i] = math.Sqrt(-2 * math.Log(zigArea/t.edge[i-1]+density(t.edge[i-1])))
	}
	t.edge[zigLayers] = 0
	for i, x := range t.edge {
		t.height[i] = density(x)
	}
	for i := range t.width {
		t.width[i] = t.edge[i] / (1 << zigBits)
		t.inside[i] = uint64(t.edge[i+1] / t.edge[i] * (1 << zigBits))
	}
	return t
}

// settles reports whether |j| < inside: the position is accepted at once.
func (t *zigTable) settles(layer uint64, j int64) bool {
	sign := j >> 63
	return uint64((j^sign)-sign) < t.inside[layer]
}

// zigSplit takes a random number apart: the layer, the position in it with its
// sign, and blockBits bits that have no part in the normal variable.
func zigSplit(u uint64) (layer uint64, j int64, spare uint64) {
	return u & (zigLayers - 1), int64(u) >> (64 - zigBits - 1), u >> 8 & (blockSize - 1)
}

// normalFrom is the standard normal variable of a random number, drawing more
// where the first does not settle it.
func (s *stream) normalFrom(u uint64) float64 {
	layer, j, _ := zigSplit(u)
	if ziggurat.settles(layer, j) {
		return float64(j) * ziggurat.width[layer]
	}
	return s.normalEdge(layer, j)
}

// normalEdge decides about a position near the edge of a layer.
func (s *stream) normalEdge(layer uint64, j int64) float64 {
	for {
		x := float64(j) * ziggurat.width[layer]
		if ziggurat.settles(layer, j) {
			return x
		}
		if layer == 0 {
			return math.Copysign(s.normalTail(), x)
		}
		f0, f1 := ziggurat.height[layer], ziggurat.height[layer+1]
		if f0+float64(s.float()*(f1-f0)) < expTable.exp(-x*x/2) {
			return x
		}
		layer, j, _ = zigSplit(s.Uint64())
	}
}

// normalTail is a normal variable beyond zigR (Marsaglia 1964).
func (s *stream) normalTail() float64 {
	for {
		x := -math.Log(1-s.float()) / zigR
		y := -math.Log(1 - s.float())
		if 2*y > x*x {
			return zigR + x
		}
	}
}

// normal is one standard normal draw.
func (s *stream) normal() float64 { return s.normalFrom(s.Uint64()) }

// normals are standard normal draws, one after the other. The state is kept where
// the loop has it at hand.
func (s *stream) normals(into []float64) {
	state, zig := s.state, ziggurat
	for i := range into {
		state += golden
		layer, j, _ := zigSplit(mix(state))
		if zig.settles(layer, j) {
			into[i] = float64(j) * zig.width[layer]
			continue
		}
		s.state = state
		into[i] = s.normalEdge(layer, j)
		state = s.state
	}
	s.state = state
}
