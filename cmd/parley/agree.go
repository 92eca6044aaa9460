package main

import (
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) agreeCommand() *cobra.Command {
	var p planning
	var req negotiate.AgreeRequest
	c := command("agree PRODUCT --because …", "agree", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		var err error
		if req.PlanRequest, err = a.asked(&p, args[0]); err != nil {
			return err
		}
		res, err := a.service().Agree(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		next, err := a.next(cmd.Context(), nil)
		return errors.Join(a.print(res, func(w io.Writer) error {
			return write(w, agreementText(res.Agreement)+"\n"+decideText(&res.DecideResult)+next)
		}), err)
	})
	p.flags(c)
	f := c.Flags()
	f.StringVar(&req.Because, "because", "", catalogue.T("cli.decide.because"))
	f.StringVar(&req.By, "by", "", catalogue.T("cli.decide.by"))
	f.BoolVar(&req.Propose, "propose", false, catalogue.T("cli.agree.propose"))
	f.BoolVar(&req.PlanOnly, "plan-only", false, catalogue.T("cli.agree.plan-only"))
	return c
}

func (a *app) agreementsCommand() *cobra.Command {
	return command("agreements [PRODUCT]", "agreements", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		var req negotiate.AgreementsRequest
		if len(args) > 0 {
			req.Product = args[0]
		}
		res, err := a.service().Agreements(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error {
			if len(res.Agreements) == 0 {
				return write(w, catalogue.T("agree.none", "product", res.Product)+"\n")
			}
			var b strings.Builder
			for i, x := range res.Agreements {
				if i > 0 {
					b.WriteString("\n")
				}
				b.WriteString(agreementText(x))
			}
			return write(w, b.String())
		})
	})
}

// agreementText is an agreed plan with what was passed over.
func agreementText(x negotiate.Agreement) string {
	var b strings.Builder
	money := func(v float64) string { return plain.Money(v, x.Currency) }
	key := "agree.line"
	if !x.Holds {
		key = "agree.over"
	}
	paragraph(&b, "", catalogue.T(key, "id", x.ID, "at", plain.Date(x.At), "by", byText(x.By, x.Claimed), "because", x.Because))
	for _, c := range x.Chosen {
		paragraph(&b, "  • ", agreedItemText(c))
	}
	if x.Done > 0 {
		paragraph(&b, "  ", catalogue.T("agree.done", "done", x.Done, "all", len(x.Chosen)))
	}
	sure := "agree.unproved"
	if x.Proved {
		sure = "agree.proved"
	}
	cost := catalogue.T("agree.cost", "money", money(x.CostMoney), "effort", plain.Days(x.CostDays))
	paragraph(&b, "  ", catalogue.T("agree.figures", "cost", cost, "value", money(x.Value), "before", money(x.Before), "after", money(x.After))+" "+catalogue.T(sure))
	for _, p := range x.PassedOver {
		paragraph(&b, "  ", catalogue.T("agree.passed", "chosen", plain.List(p.Chosen), "value", money(p.Value)))
	}
	var titles []string
	for _, d := range x.Dropped {
		titles = append(titles, d.Title)
	}
	if len(titles) > 0 {
		paragraph(&b, "  ", catalogue.T("agree.dropped", "titles", plain.List(titles)))
	}
	return b.String()
}

func agreedItemText(c negotiate.AgreedItem) string {
	text := catalogue.T("agree.item", "title", c.Title, "id", c.ID)
	if c.Period != "" {
		text = catalogue.T("agree.item.period", "title", c.Title, "id", c.ID, "period", c.Period)
	}
	if c.Done {
		text = catalogue.T("agree.item.done", "what", text)
	}
	return text
}
