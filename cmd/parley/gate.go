package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/gate"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) gateCommand() *cobra.Command {
	var sim simulation
	var req negotiate.GateRequest
	var policy, format, place string
	var printPolicy bool
	c := command("gate [SOURCE]", "gate", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		if printPolicy {
			return write(a.out, string(gate.Default()))
		}
		if format != "" && !slices.Contains(gate.Formats(), format) {
			return usageError{fmt.Errorf("--format %q: %s", format, catalogue.T("cli.gate.which", "formats", strings.Join(gate.Formats(), ", ")))}
		}
		if format != "" && a.json {
			return usageError{fmt.Errorf("%s", catalogue.T("cli.gate.only-one"))}
		}
		file, err := a.gateSource(&req, args)
		if err != nil {
			return err
		}
		if policy != "" {
			if req.Policy, err = a.readFile(policy); err != nil {
				return err
			}
			req.PolicyName = policy
		}
		req.AsOf, req.Trials, req.Seed = sim.asOf, sim.trials, sim.seed
		res, err := a.service().Gate(cmd.Context(), a.reader(req.Source), req)
		if err != nil {
			return err
		}
		if place != "" {
			file = filepath.ToSlash(filepath.Clean(place))
		}
		if err := a.printGate(res, format, file); err != nil {
			return err
		}
		if res.Stops() {
			return saidAlready(parley.No)
		}
		return nil
	})
	sim.flags(c)
	c.Flags().Lookup("as-of").Usage = catalogue.T("gate.flag.as-of")
	f := c.Flags()
	f.StringVar(&policy, "policy", "", catalogue.T("cli.gate.policy"))
	f.StringVar(&req.Stage, "stage", "", catalogue.T("cli.gate.stage"))
	f.BoolVar(&req.Block, "block", false, catalogue.T("cli.gate.block"))
	f.StringVar(&format, "format", "", catalogue.T("cli.gate.format"))
	f.StringVar(&place, "source-path", "", catalogue.T("cli.gate.place", "default", gate.DefaultPlace))
	f.BoolVar(&printPolicy, "print-policy", false, catalogue.T("cli.gate.print"))
	return c
}

// gateSource is what the gate is about; without an argument the ledger's only
// product. It gives the place of the file, "" where it is none.
func (a *app) gateSource(req *negotiate.GateRequest, args []string) (file string, err error) {
	if len(args) == 0 {
		return "", nil
	}
	if req.Source, err = a.source(args[0]); err != nil || req.Source.Product != "" || args[0] == "-" {
		return "", err
	}
	return placeOf(args[0]), nil
}

// placeOf is a file's path from the working directory, with slashes, as a
// report of it may be read elsewhere. A file that was named by its whole path
// and is not below has none: it would tell how the machine's folders are called.
func placeOf(name string) string {
	if !filepath.IsAbs(name) {
		return filepath.ToSlash(filepath.Clean(name))
	}
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	rel, err := filepath.Rel(here, name)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	return filepath.ToSlash(rel)
}

func (a *app) printGate(r *negotiate.GateResult, format, file string) error {
	switch format {
	case "markdown":
		return a.orderless(plain.Orderless, func(w io.Writer) error { return r.Markdown(w, r.Product) })
	case "junit":
		return a.orderless(plain.OrderlessXML, func(w io.Writer) error { return r.JUnit(w, r.Product) })
	case "sarif":
		return a.orderless(plain.OrderlessJSON, func(w io.Writer) error { return r.SARIF(w, plain.Clean(r.Product), file) })
	}
	return a.print(r, func(w io.Writer) error {
		head := strings.Join(plain.Wrap(catalogue.T("gate.head", "product", plain.Clean(r.Product), "as_of", untilText(r.AsOf), "limits", string(r.Limits)), a.width()), "\n")
		return write(w, head+"\n"+r.Text(r.Product, a.width()))
	})
}

// orderless writes a report that may end in the log of a pipeline, without what
// would be an order there.
func (a *app) orderless(still func(string) string, report func(io.Writer) error) error {
	var b strings.Builder
	if err := report(&b); err != nil {
		return err
	}
	return write(a.out, still(b.String()))
}
