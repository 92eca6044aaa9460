package quantity

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Texts that say the same, whatever the numbers: each function takes two
// numbers a < b as plain digits.
func TestSameInOtherWords(t *testing.T) {
	type wording func(a, b string) string
	join := func(parts ...string) wording {
		return func(a, b string) string {
			return strings.NewReplacer("{a}", a, "{b}", b).Replace(strings.Join(parts, ""))
		}
	}
	for _, group := range []struct {
		kind     Kind
		wordings []wording
	}{
		{Money, []wording{
			join("{a}..{b}"), join("{a} to {b}"), join("{a}-{b}"), join("{a} – {b}"), join("between {a} and {b}"), join("£{a}..£{b}"), join("GBP {a} to {b}"),
			join("lognormal({a}, {b})"), join("lognormal({a};{b})"), join("  {a}  ..  {b}  "), join("{a}…{b}"), join("{a}.0..{b}.00"),
		}},
		{Money, []wording{join("{a}k..{b}k"), join("{a} thousand to {b} thousand"), join("{a}000..{b}000"), join("{a} 000..{b} 000"), join("{a},000..{b},000")}},
		{Yearly, []wording{join("{a}..{b} per year"), join("{a}..{b}"), join("{a}..{b}/y"), join("{a}..{b} a year"), join("{a}..{b} yearly"), join("{a}..{b} per 12 months")}},
		{Likelihood, []wording{
			join("{a}..{b} per year"), join("{a} to {b} times a year"), join("{a}–{b}/year"), join("{a}..{b} in 1 years"), join("{a}..{b} times within a year"),
		}},
		{Likelihood, []wording{join("once every {a}..{b} years"), join("once every {b}..{a} years"), join("1 in {a}..{b} years"), join("1 in {b}..{a} years"), join("every {b} to {a} years")}},
		{Effort, []wording{join("{a}d..{b}d"), join("{a}..{b} d"), join("{a}-{b} days"), join("{a} to {b} person-days"), join("{a}..{b}pd")}},
		{Effort, []wording{join("{a}w..{b}w"), join("{a}..{b} weeks")}},
		{Duration, []wording{join("{a}y..{b}y"), join("{a} to {b} years"), join("{a} years..{b} years")}},
		{Count, []wording{join("{a}..{b}"), join("from {a} to {b}")}},
		{Worth, []wording{join("{a}..{b} points"), join("{a} points..{b} points"), join("{a}-{b} pts")}},
	} {
		rapid.Check(t, func(t *rapid.T) {
			n := rapid.IntRange(1, 300).Draw(t, "a")
			a, b := plainNumber(float64(n)), plainNumber(float64(n+rapid.IntRange(1, 600).Draw(t, "more")))
			first, err := Parse(group.wordings[0](a, b), group.kind, pounds())
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range group.wordings[1:] {
				q, err := Parse(w(a, b), group.kind, pounds())
				if err != nil || !q.same(first) {
					t.Fatalf("%q reads as %q, %v; %q reads as %q", w(a, b), q.Format(), err, first.Text, first.Format())
				}
			}
		})
	}
}

// The distribution has the percentiles that were stated, whatever the numbers,
// and a chance over T years is the same chance of at least one event at its rate.
func TestStatementsMeanWhatTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.IntRange(1, 900).Draw(t, "a")
		b := a + rapid.IntRange(1, 98).Draw(t, "more")
		money, err := Parse(plainNumber(float64(a))+"k.."+plainNumber(float64(b))+"k", Money, pounds())
		if err != nil {
			t.Fatal(err)
		}
		within := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-11*want {
				t.Fatalf("%d..%d: %s is %v, want %v", a, b, what, got, want)
			}
		}
		within("p5", money.Dist().Quantile(0.05), float64(a)*1000)
		within("p95", money.Dist().Quantile(0.95), float64(b)*1000)
		within("CDF", money.Dist().CDF(float64(b)*1000), 0.95)

		years := float64(rapid.IntRange(1, 20).Draw(t, "years"))
		lo, hi := float64(a)/1000, float64(b)/1000
		chance, err := Parse(shifted(lo, 2)+"%.."+shifted(hi, 2)+"% within "+plainNumber(years)+" years", Likelihood, pounds())
		if err != nil {
			t.Fatal(err)
		}
		within("rate p5", chance.Dist().Quantile(0.05), -math.Log1p(-lo)/years)
		within("rate p95", chance.Dist().Quantile(0.95), -math.Log1p(-hi)/years)
		survival := Expect(chance.Dist(), func(l float64) float64 { return math.Exp(-l * years) })
		within("chance", 1-survival, chance.Stated.Mean())
	})
}

// Raising both ends of a range raises every quantile between them (not always
// the mean, which hangs on the tail), and a range within another is narrower.
func TestOrderOfStatements(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cut := rapid.SliceOfNDistinct(rapid.IntRange(1, 999), 4, 4, rapid.ID[int]).Draw(t, "points")
		slices.Sort(cut)
		dist := func(i, j int) Dist {
			q, err := Parse(plainNumber(float64(cut[i]))+".."+plainNumber(float64(cut[j])), Money, pounds())
			if err != nil {
				t.Fatal(err)
			}
			return q.Dist()
		}
		low, high, outer, inner := dist(0, 2), dist(1, 3), dist(0, 3), dist(1, 2)
		for p := 0.05; p <= 0.951; p += 0.05 {
			if low.Quantile(p) >= high.Quantile(p) {
				t.Fatalf("%v: the %v quantile falls from %v to %v", cut, p, low.Quantile(p), high.Quantile(p))
			}
		}
		if outer.Quantile(0.95)/outer.Quantile(0.05) <= inner.Quantile(0.95)/inner.Quantile(0.05) {
			t.Fatalf("%v: the outer range is the narrower", cut)
		}
	})
}
