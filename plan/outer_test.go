//go:build unix

package plan

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parleysec/parley/internal/testenv"
)

// outer solves a problem without conditional terms the way an expert would with
// a mixed-integer solver: the loss of each threat is convex in the choice, so a
// variable for each stays above its tangents, and a tangent is added at each
// solution until the solver's bound meets the best set (Duran and Grossmann 1986).
type outer struct {
	p       *Problem
	by      solver
	groups  [][]Term // the terms of each threat
	cuts    []string // tangents, as rows of the LP format
	dir     string
	spent   time.Duration // processor time of the solver
	best    []int
	value   float64 // of best
	low     float64 // no set costs less
	nothing float64
}

// solver is a mixed-integer solver's program. It is an independent answer for
// those who have it, and those whose tests require it.
type solver struct {
	name, pack string // of the program, and of Debian's package
	// args make it solve a file in the LP format within some seconds, and write what
	// it found to another.
	args func(in, out string, seconds float64) []string
	// read is that: the values of the first n variables, a lower bound, and whether
	// the solver came to its end.
	read func(text, log []byte, n int) (x []float64, low float64, done bool, err error)
}

var (
	cbc = solver{"cbc", "coinor-cbc", func(in, out string, seconds float64) []string {
		return []string{in, "-seconds", strconv.FormatFloat(seconds, 'f', 1, 64), "-ratioGap", "0", "-allowableGap", "0", "-solve", "-solution", out}
	}, readCBC}
	glpk = solver{"glpsol", "glpk-utils", func(in, out string, seconds float64) []string {
		return []string{"--lp", in, "--tmlim", strconv.Itoa(max(1, int(seconds))), "--cuts", "--write", out}
	}, readGLPK}
)

// needs skips where the solver is not installed.
func (s solver) needs(tb testing.TB) {
	tb.Helper()
	_, err := exec.LookPath(s.name)
	testenv.Require(tb, s.name, err == nil, "nothing to compare with (apt-get install "+s.pack+")")
}

// byThreat groups the terms of a threat in one state of its dependencies, which
// layered lists together: their sum is convex as each of them is.
func byThreat(p *Problem) (groups [][]Term) {
	for _, t := range p.Terms {
		k := len(groups) - 1
		if k < 0 || len(t.Factors) == 0 { // each begins with the term that no item lowers
			groups = append(groups, nil)
			k++
		}
		groups[k] = append(groups[k], t)
	}
	return groups
}

// tangent adds the tangents of all threats at a point.
func (o *outer) tangent(x []float64) {
	for k, terms := range o.groups {
		value := 0.0
		slope := map[int]float64{}
		for _, t := range terms {
			exponent := 0.0
			for _, f := range t.Factors {
				exponent -= math.Log(math.Max(f.Pass, LeastPass)) * x[f.Item]
			}
			v := t.Loss * math.Exp(-exponent)
			value += v
			for _, f := range t.Factors {
				slope[f.Item] += v * math.Log(math.Max(f.Pass, LeastPass))
			}
		}
		row := fmt.Sprintf("t%d", k)
		for i := range o.p.Items {
			if s := slope[i]; s != 0 {
				value -= s * x[i]
				row += fmt.Sprintf(" %+.12g x%d", -s, i)
			}
		}
		o.cuts = append(o.cuts, fmt.Sprintf("%s >= %.12g", row, value))
	}
}

// write states the problem with the tangents so far in the LP format.
func (o *outer) write(name string, whole bool) error {
	var b bytes.Buffer
	b.WriteString("Minimize\nobj:")
	for i, it := range o.p.Items {
		fmt.Fprintf(&b, " %+.12g x%d\n", it.Outlay-it.Gross, i)
	}
	for k := range o.groups {
		fmt.Fprintf(&b, " + t%d\n", k)
	}
	b.WriteString("\nSubject To\n")
	for _, r := range o.p.rows() {
		for _, u := range r.Uses {
			fmt.Fprintf(&b, " %+.12g x%d\n", u.Amount, u.Item)
		}
		fmt.Fprintf(&b, " <= %.12g\n", r.Limit)
	}
	for _, c := range o.cuts {
		fmt.Fprintln(&b, strings.ReplaceAll(c, " x", "\n x")) // lines of the format are short
	}
	b.WriteString("Bounds\n")
	for i := range o.p.Items {
		fmt.Fprintf(&b, " 0 <= x%d <= 1\n", i)
	}
	if whole {
		b.WriteString("Binaries\n")
		for i := range o.p.Items {
			fmt.Fprintf(&b, " x%d\n", i)
		}
	}
	b.WriteString("End\n")
	return os.WriteFile(name, b.Bytes(), 0o600)
}

// round solves the problem as it is stated so far: the point, the solver's own
// lower bound, and whether it came to its end.
func (o *outer) round(ctx context.Context, whole bool, seconds float64) (x []float64, low float64, done bool, err error) {
	in, out := filepath.Join(o.dir, "p.lp"), filepath.Join(o.dir, "p.sol")
	if err := o.write(in, whole); err != nil {
		return nil, 0, false, err
	}
	cmd := exec.CommandContext(ctx, o.by.name, o.by.args(in, out, seconds)...)
	log, err := cmd.Output()
	if err != nil {
		return nil, 0, false, fmt.Errorf("%w: %s", err, log)
	}
	o.spent += cmd.ProcessState.UserTime()
	text, err := os.ReadFile(out)
	if err != nil {
		return nil, 0, false, err
	}
	return o.by.read(text, log, len(o.p.Items))
}

// readCBC reads what cbc writes: a line with the verdict and the objective,
// then number, name and value of each variable that is not 0.
func readCBC(text, log []byte, n int) (x []float64, low float64, done bool, err error) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Scan()
	verdict, objective, _ := strings.Cut(lines.Text(), " - objective value ")
	if low, err = strconv.ParseFloat(strings.TrimSpace(objective), 64); err != nil {
		return nil, 0, false, fmt.Errorf("%q is no verdict of cbc: %w", lines.Text(), err)
	}
	if done = verdict == "Optimal"; !done {
		low = math.Inf(-1)
		if _, rest, ok := bytes.Cut(log, []byte("Lower bound:")); ok {
			if low, err = strconv.ParseFloat(strings.Fields(string(rest))[0], 64); err != nil {
				return nil, 0, false, err
			}
		}
	}
	x = make([]float64, n)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 3 || !strings.HasPrefix(f[1], "x") {
			continue
		}
		i, _ := strconv.Atoi(f[1][1:])
		if x[i], err = strconv.ParseFloat(f[2], 64); err != nil {
			return nil, 0, false, err
		}
	}
	return x, low, done, nil
}

// readGLPK reads what glpsol writes: a line with the verdict and the objective,
// then one for each variable, numbered as they come in the objective, from 1. A
// bound of a search cut short is in the last of the log's lines on progress.
func readGLPK(text, log []byte, n int) (x []float64, low float64, done bool, err error) {
	x, low = make([]float64, n), math.Inf(-1)
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		switch {
		case len(f) > 5 && f[0] == "s": // s bas rows cols primal dual objective, or s mip rows cols status objective
			done = f[4] == "o" || f[1] == "bas" && f[4] == "f" && f[5] == "f"
			if done {
				low, err = strconv.ParseFloat(f[len(f)-1], 64)
			}
		case len(f) > 2 && f[0] == "j": // j number status primal dual, or j number value
			value := f[2]
			if len(f) > 3 {
				value = f[3]
			}
			if k, _ := strconv.Atoi(f[1]); k >= 1 && k <= n {
				x[k-1], err = strconv.ParseFloat(value, 64)
			}
		}
		if err != nil {
			return nil, 0, false, fmt.Errorf("%q: %w", line, err)
		}
	}
	if at := bytes.LastIndex(log, []byte(">=")); !done && at >= 0 {
		if v, err := strconv.ParseFloat(strings.Fields(string(log[at+2:]))[0], 64); err == nil {
			low = v
		}
	}
	return x, low, done, nil
}

// relaxedRounds is how often tangents are added to the relaxation, which is
// quick, before whole solutions are asked for.
const relaxedRounds = 20

// solve adds tangents until the bound meets the best set to a relative gap, or
// the solver has spent its time.
func (o *outer) solve(ctx context.Context, gap float64, most time.Duration) error {
	o.nothing, o.value, o.low = o.p.LossOfNothing(), math.Inf(-1), math.Inf(-1)
	o.tangent(make([]float64, len(o.p.Items)))
	for k := 0; o.spent < most; k++ {
		whole := k >= relaxedRounds
		x, low, done, err := o.round(ctx, whole, (most - o.spent).Seconds())
		if err != nil {
			return err
		}
		o.low = math.Max(o.low, low)
		if whole {
			o.offer(x)
		}
		if !done || whole && o.gap() < gap {
			return nil
		}
		o.tangent(x)
	}
	return nil
}

func (o *outer) offer(x []float64) {
	var set []int
	for i, v := range x {
		if v > .5 {
			set = append(set, i)
		}
	}
	if v := o.p.Totals(set).Value; o.p.Feasible(set) && v > o.value {
		o.best, o.value = set, v
	}
}

// gap is as for a [Solution].
func (o *outer) gap() float64 {
	return (o.nothing - o.low - o.value) / math.Max(math.Abs(o.value), math.Max(.01*o.nothing, 1))
}

func newOuter(tb testing.TB, p *Problem, by solver) *outer {
	return &outer{p: p, by: by, groups: byThreat(p), dir: tb.TempDir()}
}

// TestSolveAgreesWithOthers compares with mixed-integer solvers by another method:
// the same set, or one worth the same, and neither bound below the other's value.
func TestSolveAgreesWithOthers(t *testing.T) {
	for _, by := range []solver{cbc, glpk} {
		t.Run(by.name, func(t *testing.T) {
			by.needs(t)
			for seed := uint64(1); seed <= 3; seed++ {
				p := layered(14, 8, seed)
				o := newOuter(t, p, by)
				if err := o.solve(t.Context(), 1e-7, 20*time.Second); err != nil {
					t.Fatal(err)
				}
				sol := mustSolve(t, p)
				scale := math.Max(1, math.Abs(sol.Value))
				if !sol.Proved || sol.Value < o.value-1e-6*scale || o.nothing-o.low < sol.Value-1e-6*scale {
					t.Errorf("seed %d: %v with %v; the other has %v with %v, bound %v", seed, sol.Value, sol.Chosen, o.value, o.best, o.nothing-o.low)
				}
				if o.gap() > 1e-6 {
					t.Logf("seed %d: the other has proved only %v", seed, o.gap())
				} else if !slices.Equal(o.best, sol.Chosen) && math.Abs(o.value-sol.Value) > 1e-6*scale {
					t.Errorf("seed %d: the other proves %v, we %v", seed, o.best, sol.Chosen)
				}
			}
		})
	}
}

// BenchmarkBesideOthers prints, for each instance, what each spends of the
// processor, and its gap; it fails where ours is worth less.
func BenchmarkBesideOthers(b *testing.B) {
	for _, size := range [][2]int{{20, 15}, {40, 30}, {100, 60}} {
		for seed := uint64(1); seed <= 2; seed++ {
			p := layered(size[0], size[1], seed)
			for _, by := range []solver{cbc, glpk} {
				b.Run(fmt.Sprintf("n=%d/seed=%d/%s", size[0], seed, by.name), func(b *testing.B) {
					by.needs(b)
					for b.Loop() {
						begun := processor(b)
						sol, err := Solve(b.Context(), p, Options{})
						if err != nil {
							b.Fatal(err)
						}
						ours := processor(b) - begun
						o := newOuter(b, p, by)
						if err := o.solve(b.Context(), Proved, time.Minute); err != nil {
							b.Fatal(err)
						}
						if sol.Value < o.value-1e-6*math.Max(1, math.Abs(o.value)) {
							b.Fatalf("%v is worth less than %v", sol.Value, o.value)
						}
						b.ReportMetric(float64(ours.Microseconds())/1000, "ours-ms")
						b.ReportMetric(100*sol.Gap, "ours-gap-%")
						b.ReportMetric(sol.Value, "ours-value")
						b.ReportMetric(o.spent.Seconds(), "its-s")
						b.ReportMetric(100*o.gap(), "its-gap-%")
						b.ReportMetric(o.value, "its-value")
					}
				})
			}
		}
	}
}

// processor is the time this process has spent computing.
func processor(tb testing.TB) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(r.Utime.Nano())
}
