package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/parleysec/parley/internal/brief"
	"github.com/parleysec/parley/internal/evidence"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/internal/testenv"
)

var update = flag.Bool("update", false, "write docs/cli.md anew")

// answers are the objects that commands print with --json.
var answers = map[string]any{
	"init":               initResult{Schema: "parley.init/1"},
	"check":              negotiate.CheckResult{Schema: "parley.check/1"},
	"import":             negotiate.ImportResult{Schema: "parley.import/1"},
	"export":             exported{Schema: "parley.export/1"},
	"evidence read":      negotiate.ReadEvidenceResult{Files: evidence.Files{Schema: evidence.Schema}},
	"evidence take-back": negotiate.TakeBackEvidenceResult{Schema: "parley.evidence-taken-back/1"},
	"evidence add":       negotiate.AddEvidenceResult{Schema: "parley.evidence-added/1"},
	"brief":              brief.Report{Schema: "parley.brief/1"},
	"risk":               negotiate.RiskResult{Schema: "parley.risk/1"},
	"whatif":             negotiate.WhatIfResult{Schema: "parley.whatif/1"},
	"learn":              negotiate.LearnResult{Schema: "parley.learn/1"},
	"layers":             negotiate.LayersResult{Schema: "parley.layers/1"},
	"sum":                negotiate.SumsResult{Schema: "parley.sums/1"},
	"evidence timeline":  negotiate.TimelineResult{Schema: "parley.timeline/1"},
	"evidence triage":    negotiate.TriageResult{Schema: "parley.triage/1"},
	"calibration":        negotiate.CalibrationResult{Schema: "parley.calibration/1"},
	"stage":              negotiate.StagesResult{Schema: "parley.stages/1"},
	"workshop open":      negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"workshop show":      negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"workshop add":       negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"workshop estimate":  negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"workshop ask":       negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"workshop reveal":    negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"workshop again":     negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"workshop note":      negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"workshop link":      negotiate.WorkshopLinkResult{Schema: "parley.workshop-link/1"},
	"workshop unlink":    negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"workshop close":     negotiate.WorkshopResult{Schema: "parley.workshop/1"},
	"incident correct":   negotiate.CorrectIncidentResult{Schema: "parley.incident-correction/1"},
	"incident withdraw":  negotiate.CorrectIncidentResult{Schema: "parley.incident-correction/1"},
	"incident add":       negotiate.AddIncidentResult{Schema: "parley.incident/1"},
	"incident list":      negotiate.IncidentsResult{Schema: "parley.incidents/1"},
	"gate":               negotiate.GateResult{Schema: "parley.gate/1"},
	"plan":               negotiate.PlanResult{Schema: "parley.plan/1"},
	"frontier":           negotiate.FrontierResult{Schema: "parley.frontier/1"},
	"compare":            negotiate.CompareResult{Schema: "parley.compare/1"},
	"apply":              negotiate.ApplyResult{Schema: "parley.apply/1"},
	"status":             negotiate.Status{Schema: "parley.status/1"},
	"decide":             negotiate.DecideResult{Schema: "parley.decision/1"},
	"approve":            negotiate.DecideResult{Schema: "parley.decision/1"},
	"reject":             negotiate.DecideResult{Schema: "parley.decision/1"},
	"ledger rotate-key":  negotiate.KeysResult{Schema: "parley.keys/1"},
	"ledger erase":       negotiate.EraseResult{Schema: "parley.erased/1"},
	"condition holds":    negotiate.DecideResult{Schema: "parley.decision/1"},
	"condition fails":    negotiate.DecideResult{Schema: "parley.decision/1"},
	"reopen":             negotiate.DecideResult{Schema: "parley.decision/1"},
	"withdraw":           negotiate.DecideResult{Schema: "parley.decision/1"},
	"tasks":              negotiate.TasksResult{Schema: "parley.tasks/1"},
	"tasks move":         negotiate.TasksResult{Schema: "parley.tasks/1"},
	"tasks order":        negotiate.TasksResult{Schema: "parley.tasks/1"},
	"done":               negotiate.TasksResult{Schema: "parley.tasks/1"},
	"ledger log":         negotiate.LogResult{Schema: "parley.log/1"},
	"metrics":            negotiate.MetricsResult{Schema: "parley.metrics/1"},
	"ledger accepted":    negotiate.AcceptedResult{Schema: "parley.accepted/1"},
	"ledger seen":        negotiate.SeenResult{Schema: "parley.seen/1"},
	"ledger show":        negotiate.ShowResult{Schema: "parley.show/1"},
	"ledger verify":      negotiate.VerifyResult{Schema: "parley.verify/1"},
	"ledger checkpoint":  checkpointed{Schema: "parley.checkpoint/1"},
	"ledger prove":       provenFile{Schema: "parley.proof-file/1"},
	"ledger check-proof": negotiate.CheckProofResult{Schema: "parley.proof-check/1"},
	"ledger backup":      negotiate.TransferResult{Schema: "parley.transfer/1"},
	"ledger restore":     negotiate.TransferResult{Schema: "parley.transfer/1"},
	"ledger export":      negotiate.TransferResult{Schema: "parley.transfer/1"},
	"ledger import":      negotiate.TransferResult{Schema: "parley.transfer/1"},
	"comment":            negotiate.NotesResult{Schema: "parley.notes/1"},
	"ask":                negotiate.NotesResult{Schema: "parley.notes/1"},
	"challenge":          negotiate.NotesResult{Schema: "parley.notes/1"},
	"estimate":           negotiate.NotesResult{Schema: "parley.notes/1"},
	"authority":          negotiate.RulesResult{Schema: "parley.rules/1"},
	"policy":             negotiate.RulesResult{Schema: "parley.rules/1"},
	"policy set":         negotiate.RulesResult{Schema: "parley.rules/1"},
	"policy approve":     negotiate.RulesResult{Schema: "parley.rules/1"},
	"policy refuse":      negotiate.RulesResult{Schema: "parley.rules/1"},
	"policy appetite":    negotiate.AppetiteResult{Schema: "parley.appetite/1"},
	"user list":          negotiate.MembersResult{Schema: "parley.members/1"},
	"user accounts":      accountsResult{Schema: "parley.accounts/1"},
	"user invite":        linkResult{Schema: "parley.link/1"},
	"user invitations":   invitationsResult{Schema: "parley.invitations/1"},
	"user withdraw":      accountDone{Schema: "parley.account/1"},
	"user reset":         linkResult{Schema: "parley.link/1"},
	"user end":           accountDone{Schema: "parley.account/1"},
	"user clear":         accountDone{Schema: "parley.account/1"},
	"user disable":       accountDone{Schema: "parley.account/1"},
	"user enable":        accountDone{Schema: "parley.account/1"},
	"token list":         tokensResult{Schema: "parley.tokens/1"},
	"token add":          tokenResult{Schema: "parley.token/1"},
	"token revoke":       accountDone{Schema: "parley.account/1"},
	"user access":        accessLogResult{Schema: "parley.access-log/1"},
	"user grant":         negotiate.MembersResult{Schema: "parley.members/1"},
	"user revoke":        negotiate.MembersResult{Schema: "parley.members/1"},
	"bench":              negotiate.BenchResult{Schema: "parley.bench/1"},
	"agree":              negotiate.AgreeResult{DecideResult: negotiate.DecideResult{Schema: "parley.agreement/1"}},
	"agreements":         negotiate.AgreementsResult{Schema: "parley.agreements/1"},
	"why":                negotiate.WhyResult{Schema: "parley.why/1"},
	"sweep":              negotiate.SweepResult{Schema: "parley.sweep/1"},
	"demo":               served{Schema: "parley.serve/1"},
	"webhook add":        negotiate.WebhooksResult{Schema: "parley.webhooks/1"},
	"webhook list":       negotiate.WebhooksResult{Schema: "parley.webhooks/1"},
	"webhook remove":     negotiate.WebhooksResult{Schema: "parley.webhooks/1"},
	"webhook rotate":     negotiate.WebhooksResult{Schema: "parley.webhooks/1"},
	"webhook replay":     negotiate.WebhooksResult{Schema: "parley.webhooks/1"},
	"webhook start":      negotiate.WebhooksResult{Schema: "parley.webhooks/1"},
	"webhook stop":       negotiate.WebhooksResult{Schema: "parley.webhooks/1"},
	"webhook test":       negotiate.WebhookTest{Schema: "parley.webhook-test/1"},
	"serve":              served{Schema: "parley.serve/1"},
	"version":            versionInfo{Schema: "parley.version/1"},
}

// TestDocumented holds docs/cli.md to the commands as they are; go generate
// writes it anew.
func TestDocumented(t *testing.T) {
	intro, err := os.ReadFile("testdata/cli-intro.md")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.Write(intro)
	root := newApp(nil, nil, nil).root()
	for _, g := range root.Groups() {
		fmt.Fprintf(&b, "\n## %s\n", strings.TrimSuffix(g.Title, ":"))
		for _, c := range root.Commands() {
			if c.GroupID == g.ID {
				document(t, &b, c)
			}
		}
	}
	path := filepath.Join(testenv.Root(t), "docs", "cli.md")
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, b.Bytes()) {
		t.Errorf("docs/cli.md is not current (%v): run go generate ./cmd/parley", err)
	}
}

// document writes a command with its flags and its answer, and those below it.
func document(t *testing.T, b *bytes.Buffer, c *cobra.Command) {
	name := strings.TrimPrefix(c.CommandPath(), "parley ")
	if c.Name() == "help" || c.Name() == "completion" {
		return
	}
	if !c.HasSubCommands() {
		fmt.Fprintf(b, "\n### `%s`\n\n%s\n", strings.TrimPrefix(c.UseLine(), "parley "), prose(wrapped(c.Long)))
		flags(b, c)
		answer, known := answers[name]
		if known {
			var keys []string
			for _, k := range fieldsOf(reflect.TypeOf(answer)) {
				keys = append(keys, "`"+k+"`")
			}
			fmt.Fprintf(b, "\n`--json` prints `%s`: %s.\n", reflect.ValueOf(answer).FieldByName("Schema"), strings.Join(keys, ", "))
		} else if name != "schema" {
			t.Errorf("%s: nobody wrote down what --json prints", name)
		}
	}
	for _, sub := range c.Commands() {
		document(t, b, sub)
	}
}

// prose is a help text as Markdown: indented lines are examples, the rest flows.
func prose(text string) string {
	var b strings.Builder
	example := false
	for _, line := range strings.Split(text, "\n") {
		if in := strings.HasPrefix(line, "  "); in != example {
			b.WriteString("```\n")
			example = in
		}
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	if example {
		b.WriteString("```\n")
	}
	return strings.TrimSpace(b.String())
}

func flags(b *bytes.Buffer, c *cobra.Command) {
	head := "\n| flag | means |\n| --- | --- |\n"
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		means := strings.ReplaceAll(f.Usage, "|", `\|`)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "0s" && f.DefValue != "[]" {
			means += fmt.Sprintf(" (default %s)", f.DefValue)
		}
		fmt.Fprintf(b, "%s| %s | %s |\n", head, name, means)
		head = ""
	})
}

// fieldsOf lists the keys of a type as JSON, three levels deep:
// threats[].{id, title}, … .
func fieldsOf(t reflect.Type) []string { return keysOf(t, 3) }

func keysOf(t reflect.Type, depth int) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			out = append(out, keysOf(elem(f.Type), depth)...)
			continue
		}
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if f.Type.Kind() == reflect.Slice && f.Type != reflect.TypeFor[json.RawMessage]() {
			name += "[]"
		}
		if in := elem(f.Type); depth > 1 && in.Kind() == reflect.Struct && in != reflect.TypeFor[time.Time]() {
			name += ".{" + strings.Join(keysOf(in, depth-1), ", ") + "}"
		}
		out = append(out, name)
	}
	return out
}

// elem is what a pointer or list leads to.
func elem(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}
