package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/quantity"
)

// simulation are the flags of every command that draws years.
type simulation struct {
	asOf, at string
	trials   int
	seed     uint64
}

func (s *simulation) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.asOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	wholeVar(f, &s.trials, "trials", 100_000, leastTrials, mostTrials, catalogue.T("cli.risk.trials"))
	f.Uint64Var(&s.seed, "seed", 1, catalogue.T("cli.risk.seed"))
	f.StringVar(&s.at, "at", "", catalogue.T("cli.risk.at"))
}

// overFlag is the flag that says what chances are told over.
func overFlag(f *pflag.FlagSet, over *string) {
	f.StringVar(over, "over", string(brief.OverHorizonName), catalogue.T("cli.flag.over"))
}

// losses reads --at: amounts in the quantity grammar, separated by commas.
func (s *simulation) losses() ([]float64, error) {
	var out []float64
	if s.at == "" {
		return nil, nil
	}
	for _, text := range strings.Split(s.at, ",") {
		q, err := amountAt(strings.TrimSpace(text))
		if err != nil {
			return nil, usageError{fmt.Errorf("--at %q: %w", text, err)}
		}
		out = append(out, q)
	}
	return out, nil
}

// amountAt reads a number as programs write them, such as 1e+06, or an amount as
// people do.
func amountAt(text string) (float64, error) {
	if x, ok := plainNumber(text); ok && x <= quantity.MostAmount {
		return x, nil
	}
	q, err := quantity.Parse(text, quantity.Money, quantity.Env{})
	return q.Mean(), err
}

func (a *app) riskCommand() *cobra.Command {
	var sim simulation
	var method string
	var inPlan bool
	var over string
	c := command("risk SOURCE", "risk", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		src, err := a.source(args[0])
		if err != nil {
			return err
		}
		at, err := sim.losses()
		if err != nil {
			return err
		}
		res, err := a.service().Risk(cmd.Context(), a.reader(src), negotiate.RiskRequest{
			Source: src, AsOf: sim.asOf, Trials: sim.trials, Seed: sim.seed, Method: negotiate.Method(method), At: at, Options: true, InPlan: inPlan, Over: over,
		})
		if err != nil {
			return err
		}
		asked := res.Exceedance[:min(len(at), len(res.Exceedance))]
		return a.print(res, func(w io.Writer) error { return a.riskText(w, res, asked) })
	})
	sim.flags(c)
	c.Flags().StringVar(&method, "method", "auto", catalogue.T("cli.risk.method"))
	overFlag(c.Flags(), &over)
	c.Flags().BoolVar(&inPlan, "in-plan", false, catalogue.T("cli.risk.in-plan"))
	return c
}

// riskText says chance and bad years first, the average last; asked are the losses
// of which the chance of losing more was asked for.
func (a *app) riskText(w io.Writer, r *negotiate.RiskResult, asked []negotiate.Exceedance) error {
	var b strings.Builder
	money := func(x float64) string { return plain.Money(x, r.Currency) }
	line := func(key string, pairs ...any) {
		fmt.Fprintln(&b, strings.Join(plain.Wrap(catalogue.T(key, pairs...), a.width()), "\n"))
	}
	line("cli.risk.head", "product", plain.Clean(r.Product), "as_of", untilText(r.AsOf), "limits", string(r.Limits))
	line("cli.risk.chance", "chance", plain.OneChance(r.Told()), "time", plain.Next(r.ToldYears()))
	years := "cli.risk.years"
	switch {
	case r.Quantiles["0.99"] <= 0:
		years = "cli.risk.years.nothing"
	case r.Quantiles["0.5"] <= 0:
		years = "cli.risk.years.none"
	}
	line(years, "half", money(r.Quantiles["0.5"]), "ten", money(r.Quantiles["0.9"]), "twenty", money(r.Quantiles["0.95"]), "hundred", money(r.Quantiles["0.99"]))
	for _, l := range r.Appetite {
		fmt.Fprintln(&b, limitText(l, r.Currency))
	}
	for _, x := range asked {
		line("cli.risk.more", "loss", money(x.Loss), "chance", ofHundred(x.Probability))
	}
	fmt.Fprintln(&b)
	t := table{head: []string{catalogue.T("cli.col.threat"), catalogue.T("cli.col.title"), catalogue.T("cli.col.chance", "time", plain.Duration(r.ToldYears())), catalogue.T("cli.col.bad-years"), catalogue.T("cli.col.average")}, left: 2}
	if r.AsStated != nil {
		t.head = append(t.head, catalogue.T("cli.col.as-stated"))
	}
	for _, x := range r.Threats {
		title := x.Title
		if x.Unconfirmed {
			title += " (" + catalogue.T("cli.unconfirmed") + ")"
		}
		row := []string{x.ID, title, plain.OneChance(x.Told()), plain.Percent(x.TailShare), money(x.ExpectedAnnualLoss)}
		if r.AsStated != nil {
			row = append(row, money(*cmp.Or(x.AsStated, &x.ExpectedAnnualLoss)))
		}
		t.add(row...)
	}
	b.WriteString(t.text(a.width()))
	if exact := r.ExpectedAnnualLoss.Exact; exact != nil {
		line("cli.risk.average", "loss", money(*exact))
	} else if sim := r.ExpectedAnnualLoss.Simulated; sim != nil {
		line("cli.risk.average", "loss", money(*sim))
	}
	if x := r.AsStated; x != nil {
		line("cli.risk.stated", "loss", money(x.ExpectedAnnualLoss), "chance", plain.OneChance(x.Told()), "time", plain.Next(r.ToldYears()), "twenty", money(x.Quantiles["0.95"]))
	}
	if text := carriedText(r.ExpectedAnnualLoss, r.Carried, r.Currency); text != "" {
		fmt.Fprintln(&b, strings.Join(plain.Wrap(text, a.width()), "\n"))
	}
	if kinds := kindsText(r); kinds != "" {
		fmt.Fprintln(&b, strings.Join(plain.Wrap(kinds, a.width()), "\n"))
	}
	if r.UnconfirmedShare > 0 {
		fmt.Fprintln(&b, plain.Capital(catalogue.T("cli.risk.unconfirmed", "share", plain.Percent(r.UnconfirmedShare))))
	}
	b.WriteString(optionsText(r, a.width()))
	line("evidence.controls", "how", negotiate.VerifiedText(r.Verified, r.Limits))
	line("cli.risk.method."+string(r.Method), "trials", plain.Number(float64(r.Trials)), "seed", r.Seed)
	b.WriteString(assumedText(r.Assumed, a.width()))
	for _, x := range r.Warnings {
		fmt.Fprintln(&b, plain.Clean(x))
	}
	return write(w, b.String())
}

// carriedText says what contracts in force pay besides an average, "" where
// nothing worth a word.
func carriedText(left negotiate.ExpectedLoss, carried float64, currency string) string {
	if plain.Round2(carried) < plain.Small {
		return ""
	}
	return catalogue.T("cli.carried", "money", plain.Money(carried, currency), "gross", plain.Money(left.Value()+carried, currency))
}

// limitText compares a limit with what is to be expected, both of 100 years.
func limitText(l negotiate.LimitResult, currency string) string {
	key := "cli.limit.kept"
	switch {
	case l.TooClose:
		key = "cli.limit.close"
	case l.Breached:
		key = "cli.limit.breached"
	}
	chance, allowed := ofHundred(l.Chance), ofHundred(l.ChanceAllowed)
	if chance == allowed && !l.TooClose && l.Chance != l.ChanceAllowed {
		chance, allowed = fmt.Sprintf("%.1f", 100*l.Chance), fmt.Sprintf("%.1f", 100*l.ChanceAllowed)
	}
	return catalogue.T(key, "loss", plain.Money(l.Loss, currency), "chance", chance, "allowed", allowed)
}

// ofHundred is a yearly chance as years of 100: "62", below one "0.4".
func ofHundred(p float64) string {
	n := 100 * p
	switch {
	case p > 0 && n < 0.05:
		return catalogue.T("plain.less_than", "what", "0.1")
	case n < 0.95:
		return strconv.FormatFloat(n, 'g', 1, 64)
	case p < 1 && n >= 99.5:
		return catalogue.T("plain.more_than", "what", "99")
	}
	return strconv.FormatFloat(n, 'f', 0, 64)
}

func (a *app) whatifCommand() *cobra.Command {
	var sim simulation
	var with, without, broken, over string
	c := command("whatif SOURCE", "whatif", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		src, err := a.source(args[0])
		if err != nil {
			return err
		}
		at, err := sim.losses()
		if err != nil {
			return err
		}
		res, err := a.service().WhatIf(cmd.Context(), a.reader(src), negotiate.WhatIfRequest{
			Source: src, AsOf: sim.asOf, With: splitList(with), Without: splitList(without), Break: splitList(broken),
			Trials: sim.trials, Seed: sim.seed, At: at, Over: over,
		})
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return a.whatifText(w, res, len(at)) })
	})
	sim.flags(c)
	f := c.Flags()
	f.StringVar(&with, "with", "", catalogue.T("cli.whatif.with"))
	f.StringVar(&without, "without", "", catalogue.T("cli.whatif.without"))
	overFlag(f, &over)
	f.StringVar(&broken, "break", "", catalogue.T("cli.whatif.break"))
	return c
}

func (a *app) whatifText(w io.Writer, r *negotiate.WhatIfResult, asked int) error {
	var b strings.Builder
	currency := r.Before.Currency
	money := func(x float64) string { return plain.Money(x, currency) }
	t := table{head: []string{"", catalogue.T("cli.col.now"), catalogue.T("cli.col.then")}, left: 1}
	before, after := plain.TwoChances(r.Before.Told(), r.After.Told())
	t.add(catalogue.T("cli.whatif.chance", "time", plain.Next(r.Before.ToldYears())), before, after)
	t.add(catalogue.T("cli.whatif.bad"), money(r.Before.Quantiles["0.95"]), money(r.After.Quantiles["0.95"]))
	for i, l := range r.Before.Appetite {
		t.add(catalogue.T("cli.whatif.limit", "loss", money(l.Loss)), ofHundred(l.Chance), ofHundred(r.After.Appetite[i].Chance))
	}
	for i := range min(asked, len(r.Before.Exceedance), len(r.After.Exceedance)) {
		x := r.Before.Exceedance[i]
		t.add(catalogue.T("cli.whatif.limit", "loss", money(x.Loss)), ofHundred(x.Probability), ofHundred(r.After.Exceedance[i].Probability))
	}
	t.add(catalogue.T("cli.whatif.average"), money(r.Before.ExpectedAnnualLoss.Value()), money(r.After.ExpectedAnnualLoss.Value()))
	b.WriteString(t.text(a.width()))
	fmt.Fprintln(&b)
	t = table{head: []string{catalogue.T("cli.col.threat"), "", catalogue.T("cli.col.now"), catalogue.T("cli.col.then")}, left: 2}
	for _, x := range r.Threats {
		t.add(x.ID, x.Title, money(x.Before), money(x.After))
		if x.YearBefore != nil {
			t.add("", catalogue.T("cli.whatif.year"), exactShare(*x.YearBefore), exactShare(*x.YearAfter))
		}
	}
	if len(r.Threats) == 0 {
		fmt.Fprintln(&b, catalogue.T("cli.whatif.nothing"))
	}
	b.WriteString(t.text(a.width()))
	return write(w, b.String())
}

// exactShare is a chance to the hundredth of a per cent.
func exactShare(p float64) string { return strconv.FormatFloat(100*p, 'f', 2, 64) + "%" }
