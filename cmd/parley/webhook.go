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
	"github.com/parleysec/parley/internal/outgoing"
)

func (a *app) webhookCommand() *cobra.Command {
	return group("webhook", a.webhookAdd(), a.webhookList(),
		a.webhookChange("remove", negotiate.WebhookRequest{Remove: true}),
		a.webhookChange("rotate", negotiate.WebhookRequest{Rotate: true}),
		a.webhookChange("stop", negotiate.WebhookRequest{Stop: true}),
		a.webhookChange("start", negotiate.WebhookRequest{Start: true}),
		a.webhookChange("replay", negotiate.WebhookRequest{Replay: true}),
		a.webhookTest())
}

func (a *app) webhookAdd() *cobra.Command {
	var req negotiate.WebhookRequest
	var types string
	c := command("add URL", "webhook.add", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) (err error) {
		req.Types = splitList(types)
		if req.URL, err = a.webhookAddress(cmd, args[0]); err != nil {
			return err
		}
		return a.webhooks(a.service().SetWebhook(cmd.Context(), a.actor(), req))
	})
	c.Flags().StringVar(&req.Kind, "kind", negotiate.KindProgram, catalogue.T("cli.webhook.add.kind", "kinds", strings.Join(negotiate.WebhookKinds(), ", ")))
	c.Flags().StringVar(&req.Product, "product", "", catalogue.T("cli.webhook.add.product"))
	c.Flags().StringVar(&types, "types", "", catalogue.T("cli.webhook.add.types"))
	return c
}

// longestAddress bounds what is read of an address, in bytes; longer ones are refused.
const longestAddress = 4096

// webhookAddress is an address as it was given, or the first line of standard input for
// "-", so that it stands in no history of commands and no list of processes.
func (a *app) webhookAddress(cmd *cobra.Command, given string) (string, error) {
	if given != "-" {
		return given, nil
	}
	text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), longestAddress))
	if err != nil {
		return "", err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(first), nil
}

func (a *app) webhookList() *cobra.Command {
	return command("list", "webhook.list", nil, func(cmd *cobra.Command, _ []string) error {
		return a.webhooks(a.service().Webhooks(cmd.Context(), a.actor()))
	})
}

func (a *app) webhookChange(name string, req negotiate.WebhookRequest) *cobra.Command {
	c := command(name+" WEBHOOK", "webhook."+name, cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		req.ID = args[0]
		return a.webhooks(a.service().SetWebhook(cmd.Context(), a.actor(), req))
	})
	if req.Replay {
		c.Flags().Int64Var(&req.From, "from", 0, catalogue.T("cli.webhook.replay.from"))
	}
	return c
}

func (a *app) webhookTest() *cobra.Command {
	var config string
	c := command("test WEBHOOK", "webhook.test", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		if a.remote == nil {
			set, _, err := a.settings(cmd, serveFlags{config: config, apart: true})
			if err != nil {
				return err
			}
			a.ledger = set.Ledger
			a.here().Guard = outgoing.Guard{Allow: set.AllowNetworks}
		}
		r, err := a.service().TestWebhook(cmd.Context(), a.actor(), args[0])
		if err != nil {
			return err
		}
		err = a.print(r, func(w io.Writer) error {
			if r.Taken {
				return write(w, catalogue.T("cli.webhook.taken")+"\n")
			}
			return write(w, catalogue.T("cli.webhook.not-taken", "why", plain.Clean(r.Said))+"\n")
		})
		if err == nil && !r.Taken {
			err = saidAlready(parley.No)
		}
		return err
	})
	c.Flags().StringVar(&config, "config", "", catalogue.T("cli.webhook.test.config"))
	return c
}

func (a *app) webhooks(r *negotiate.WebhooksResult, err error) error {
	if err != nil {
		return err
	}
	return a.print(r, func(w io.Writer) error { return write(w, a.webhooksText(r)) })
}

func (a *app) webhooksText(r *negotiate.WebhooksResult) string {
	var b strings.Builder
	if r.Secret != "" {
		fmt.Fprintln(&b, catalogue.T("cli.webhook.secret", "secret", r.Secret))
	}
	if r.Again > 0 {
		fmt.Fprintln(&b, catalogue.N("cli.webhook.again", int(r.Again)))
	}
	if len(r.Webhooks) == 0 {
		fmt.Fprintln(&b, catalogue.T("cli.webhook.nobody"))
		return b.String()
	}
	t := table{head: []string{catalogue.T("cli.webhook.col.id"), catalogue.T("cli.webhook.col.url"), catalogue.T("cli.webhook.col.what"), catalogue.T("cli.webhook.col.last")}, left: 4}
	for _, h := range r.Webhooks {
		what := strings.Join(append(strings.Fields(h.Product), h.Types...), " ")
		if h.Kind != negotiate.KindProgram {
			what = strings.TrimSpace(h.Product + " " + catalogue.T("cli.webhook.kind", "kind", h.Kind))
		} else if what == "" {
			what = catalogue.T("cli.webhook.all")
		}
		last := ""
		if len(h.Last) > 0 {
			last = strings.TrimSpace(fmt.Sprint(h.Last[0].State, " ", h.Last[0].Said))
		}
		if h.WaitingSince != nil {
			last = strings.TrimSpace(last + "; " + catalogue.N("cli.webhook.waiting", int(h.Waiting), "since", plain.Date(*h.WaitingSince)))
		}
		if h.Stopped != "" {
			last = catalogue.T("cli.webhook.stopped", "why", h.Stopped)
		}
		t.add(h.ID, h.URL, what, last)
	}
	b.WriteString(t.text(a.width()))
	return b.String()
}
