package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) layersCommand() *cobra.Command {
	var asOf string
	c := command("layers SOURCE", "layers", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		src, err := a.source(args[0])
		if err != nil {
			return err
		}
		res, err := a.service().Layers(cmd.Context(), a.reader(src), negotiate.LayersRequest{Source: src, AsOf: asOf})
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return a.layersText(w, res) })
	})
	c.Flags().StringVar(&asOf, "as-of", "", catalogue.T("cli.flag.as-of"))
	return c
}

// layersText says what stands before each threat, then what each failure would
// cost, the dearest first.
func (a *app) layersText(w io.Writer, r *negotiate.LayersResult) error {
	var b strings.Builder
	line := func(text string) { fmt.Fprintln(&b, strings.Join(plain.Wrap(text, a.width()), "\n")) }
	line(catalogue.T("layers.head", "product", plain.Clean(r.Product), "as_of", untilText(r.AsOf), "limits", string(r.Limits)))
	t := table{head: []string{catalogue.T("cli.col.threat"), "", catalogue.T("layers.col.stands"), catalogue.T("layers.col.loss")}, left: 3}
	for _, x := range r.Threats {
		t.add(x.ID, x.Title, standingText(x), plain.Money(x.ExpectedAnnualLoss, r.Currency))
	}
	b.WriteString(t.text(a.width()))
	if text := carriedText(negotiate.ExpectedLoss{Exact: &r.ExpectedAnnualLoss}, r.Carried, r.Currency); text != "" {
		line(text)
	}
	fmt.Fprintln(&b)
	if len(r.Layers) == 0 {
		line(catalogue.T("layers.none"))
		b.WriteString(assumedText(r.Assumed, a.width()))
		return write(w, b.String())
	}
	if r.Verified == string(evidence.NotVerified) {
		line(catalogue.T("evidence.controls", "how", negotiate.VerifiedText(r.Verified, r.Limits)))
	}
	line(catalogue.T("layers.failing"))
	t = table{head: []string{catalogue.T("layers.col.layer"), "", catalogue.T("layers.col.verified"), catalogue.T("layers.col.costs")}, left: 3}
	for _, x := range r.Layers {
		costs := plain.Money(x.IfItFails.Costs, r.Currency)
		if x.Fallen() && x.CostsNow > 0 {
			costs = catalogue.T("layers.now", "costs", plain.Money(x.CostsNow, r.Currency))
		}
		t.add(x.ID, x.Title, stands(x), costs)
	}
	for _, x := range r.Dependencies {
		t.add(x.ID, x.Title, catalogue.N("layers.shared", len(x.Layers)), plain.Money(x.IfItFails.Costs, r.Currency))
	}
	b.WriteString(t.text(a.width()))
	for _, x := range r.Layers {
		if threats := bared(r, x.IfItFails); threats != "" && x.Fallen() {
			line(catalogue.T("layers.bares.now", "title", plain.Clean(x.Title), "standing", x.Word(), "costs", plain.Money(x.CostsNow, r.Currency), "threats", threats))
			continue
		}
		a.bares(line, r, x.Title, x.IfItFails)
	}
	for _, x := range r.Dependencies {
		a.bares(line, r, x.Title, x.IfItFails)
	}
	b.WriteString(assumedText(r.Assumed, a.width()))
	return write(w, b.String())
}

// bares says what stands before nothing when something fails.
func (a *app) bares(line func(string), r *negotiate.LayersResult, title string, f negotiate.Failure) {
	if threats := bared(r, f); threats != "" {
		line(catalogue.T("layers.bares", "title", plain.Clean(title), "costs", plain.Money(f.Costs, r.Currency), "threats", threats))
	}
}

// bared are the titles of the threats before which nothing else stands.
func bared(r *negotiate.LayersResult, f negotiate.Failure) string {
	var names []string
	for _, x := range r.Threats {
		if slices.Contains(f.Bares, x.ID) {
			names = append(names, catalogue.T("layers.quoted", "title", plain.Clean(x.Title)))
		}
	}
	return strings.Join(names, ", ")
}

// standingText lists the layers before a threat by what they do.
func standingText(x negotiate.ThreatLayers) string {
	var parts []string
	for _, f := range []parley.Function{parley.Prevent, parley.Detect, parley.Respond, parley.Recover} {
		if ids := x.ByFunction[f]; len(ids) > 0 {
			parts = append(parts, catalogue.T("layers.function."+string(f), "ids", strings.Join(ids, ", ")))
		}
	}
	if len(parts) == 0 {
		return catalogue.T("layers.nothing")
	}
	return strings.Join(parts, "; ")
}

// stands says how a layer stands by its checks, then how it is verified.
func stands(x negotiate.Layer) string {
	if x.Standing == evidence.NotVerified {
		return x.VerifiedWords()
	}
	word := x.Word()
	if by := x.DecidedBy(); by != "" {
		word += ", " + by
	}
	return catalogue.T("layers.standing", "standing", word, "by", x.VerifiedWords())
}
