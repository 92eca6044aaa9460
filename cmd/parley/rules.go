package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/ledger"
)

func (a *app) authorityCommand() *cobra.Command {
	var req negotiate.RuleRequest
	var holders, products, of, kinds string
	c := command("authority [ROLE]", "authority", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return a.rules(a.service().Rules(cmd.Context(), a.actor()))
		}
		req.Role.Name = args[0]
		req.Role.Holders, req.Role.Products = splitList(holders), splitList(products)
		req.Role.Of = splitList(of)
		for _, k := range splitList(kinds) {
			req.Role.For = append(req.Role.For, parley.Kind(k))
		}
		return a.rules(a.service().SetRule(cmd.Context(), a.actor(), req))
	})
	f := c.Flags()
	f.StringVar(&holders, "holders", "", catalogue.T("record.authority.holders"))
	f.StringVar(&of, "of", "", catalogue.T("record.authority.of"))
	f.IntVar(&req.Role.Approve, "approvers", 0, catalogue.T("record.authority.approvers"))
	f.StringVar(&products, "products", "", catalogue.T("record.authority.products"))
	f.StringVar(&req.Role.Currency, "currency", "", catalogue.T("record.authority.currency"))
	f.StringVar(&req.Role.Annual, "annual", "", catalogue.T("record.authority.annual"))
	f.StringVar(&req.Role.OneIn20, "one-in-20", "", catalogue.T("record.authority.one-in-20"))
	f.StringVar(&req.Role.BadCase, "bad-case", "", catalogue.T("record.authority.bad-case"))
	f.StringVar(&req.Role.Cost, "cost", "", catalogue.T("record.authority.cost"))
	f.StringVar(&kinds, "for", "", catalogue.T("record.authority.for"))
	a.whyFlags(c, &req.Because, &req.By)
	return c
}

func (a *app) whyFlags(c *cobra.Command, because, by *string) {
	c.Flags().StringVar(because, "because", "", catalogue.T("cli.decide.because"))
	c.Flags().StringVar(by, "by", "", catalogue.T("cli.decide.by"))
}

func (a *app) policyCommand() *cobra.Command {
	c := command("policy", "policy", nil, func(cmd *cobra.Command, _ []string) error {
		return a.rules(a.service().Rules(cmd.Context(), a.actor()))
	})
	holds(c, a.setRuleCommand(), a.settleCommand("approve", true), a.settleCommand("refuse", false), a.appetiteCommand())
	return c
}

func (a *app) setRuleCommand() *cobra.Command {
	var req negotiate.RuleRequest
	c := command("set NAME VALUE", "policy.set", cobra.ExactArgs(2), func(cmd *cobra.Command, args []string) error {
		req.Name, req.Value = args[0], args[1]
		return a.rules(a.service().SetRule(cmd.Context(), a.actor(), req))
	})
	a.whyFlags(c, &req.Because, &req.By)
	return c
}

func (a *app) appetiteCommand() *cobra.Command {
	var req negotiate.AppetiteRequest
	c := command("appetite LOSS=CHANCE…", "policy.appetite", cobra.MinimumNArgs(1), func(cmd *cobra.Command, args []string) error {
		for _, x := range args {
			loss, chance, _ := strings.Cut(x, "=")
			req.Limits = append(req.Limits, negotiate.Tolerated{Loss: loss, Chance: chance})
		}
		r, err := a.service().ProposeAppetite(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(r, func(w io.Writer) error {
			return write(w, catalogue.T("cli.appetite", "id", r.Proposal.ShortID, "says", plain.Clean(r.Proposal.Says))+"\n")
		})
	})
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.flag.product"))
	a.whyFlags(c, &req.Because, &req.By)
	return c
}

func (a *app) settleCommand(name string, accept bool) *cobra.Command {
	req := negotiate.SettleRuleRequest{Accept: accept}
	c := command(name+" RULE", "policy."+name, cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.Rule = args[0]
		return a.rules(a.service().SettleRule(cmd.Context(), a.actor(), req))
	})
	a.whyFlags(c, &req.Because, &req.By)
	return c
}

func (a *app) rules(r *negotiate.RulesResult, err error) error {
	if err != nil {
		return err
	}
	return a.print(r, func(w io.Writer) error { return write(w, rulesText(r)) })
}

func rulesText(r *negotiate.RulesResult) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.Settings)) {
		fmt.Fprintln(&b, catalogue.T("record.policy.setting", "name", name, "value", plain.Clean(r.Settings[name])))
	}
	if len(r.Authority) == 0 {
		fmt.Fprintln(&b, catalogue.T("record.authority.none"))
	}
	for _, role := range r.Authority {
		fmt.Fprintln(&b, roleText(role))
	}
	for _, h := range r.Held {
		fmt.Fprintln(&b, "  "+h.Says)
	}
	for _, x := range r.Rules {
		fmt.Fprintln(&b, ruleLine(x))
	}
	return b.String()
}

// ruleLine is a change of the rules in one line, with what became of it.
func ruleLine(x negotiate.Rule) string {
	outcome, by := x.Outcome, x.Proposer
	if outcome == "" {
		outcome = catalogue.T("record.policy.waits")
	}
	if x.By != "" {
		by = catalogue.T("cli.claimed", "by", x.By)
	}
	return catalogue.T("record.policy.rule", "id", x.ID, "name", x.Name, "value", plain.Clean(ruleValue(x)), "outcome", outcome, "by", plain.Clean(by), "because", plain.Clean(x.Because))
}

// ruleValue is what a change of the rules would change, and to what.
func ruleValue(x negotiate.Rule) string {
	switch {
	case x.Role == "":
		return x.Value
	case x.Was == nil:
		return catalogue.T("record.policy.row.new", "role", x.Role, "becomes", x.Becomes.String())
	case x.Becomes == nil:
		return catalogue.T("record.policy.row.gone", "role", x.Role, "was", x.Was.String())
	}
	return catalogue.T("record.policy.row.change", "role", x.Role, "becomes", x.Becomes.String(), "was", x.Was.String())
}

func roleText(r ledger.Role) string {
	var names []string
	for _, h := range r.Holders {
		names = append(names, h.Name)
	}
	names = append(names, r.Of...)
	if r.Joint() {
		names = []string{catalogue.T("record.authority.joint", "n", r.Approvers, "of", plain.List(names))}
	}
	key := "record.authority.role"
	var kinds []string
	for _, k := range r.For {
		kinds = append(kinds, string(k))
	}
	if len(kinds) > 0 {
		key = "record.authority.role.for"
	}
	return plain.Clean(catalogue.T(key, "role", r.Name, "holders", plain.List(names), "limits", negotiate.RoleLimits(r), "kinds", plain.List(kinds)))
}
