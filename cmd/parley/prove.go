package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// provenFile is the answer of prove as JSON.
type provenFile struct {
	Schema   string `json:"schema"`
	Decision string `json:"decision"`
	Proof    string `json:"proof"` // the file
}

func (a *app) proveCommand() *cobra.Command {
	var req negotiate.ProveRequest
	var to string
	c := command("prove DECISION", "ledger.prove", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Decision = args[0]
		proof, err := a.service().Prove(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.deliver(to, proof, provenFile{Schema: "parley.proof-file/1", Decision: req.Decision, Proof: string(proof)})
	})
	f := c.Flags()
	f.StringVarP(&to, "output", "o", "", catalogue.T("cli.checkpoint.to"))
	f.BoolVar(&req.WithoutBrief, "without-brief", false, catalogue.T("record.prove.without-brief"))
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	return c
}

func (a *app) checkProofCommand() *cobra.Command {
	var req negotiate.CheckProofRequest
	c := command("check-proof FILE", "ledger.check-proof", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		var err error
		if req.Proof, err = a.readFile(args[0]); err != nil {
			return err
		}
		res, err := a.service().CheckProof(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		err = a.print(res, func(w io.Writer) error { return write(w, proofText(res)) })
		if err == nil && !res.OK {
			return saidAlready(parley.No)
		}
		return err
	})
	c.Flags().StringVar(&req.Key, "key", "", catalogue.T("record.check-proof.key"))
	return c
}

func proofText(r *negotiate.CheckProofResult) string {
	var b strings.Builder
	fmt.Fprintln(&b, plain.Clean(r.Says))
	if r.Why != "" {
		fmt.Fprintln(&b, "  "+plain.Clean(r.Why))
	}
	for _, n := range r.NotTaken {
		notTakenText(&b, n)
	}
	for _, e := range r.Events {
		fmt.Fprintln(&b, "  "+eventText(e))
	}
	return b.String()
}
