package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// root is the command tree.
func (a *app) root() *cobra.Command {
	var asked bool // which program this is
	root := &cobra.Command{
		Use:           "parley",
		Short:         catalogue.T("cli.short"),
		Long:          catalogue.T("cli.long"),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usageArgs(cobra.NoArgs),
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if asked {
				return nil
			}
			return a.reach(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asked {
				return a.printVersion()
			}
			return a.runStatus(cmd.Context(), statusOptions{bare: true})
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		cmd.Long = wrapped(cmd.Long) // only now: wrapping every text would be half of a start
		out := cmd.OutOrStdout()
		var said bytes.Buffer
		cmd.SetOut(&said)
		help(cmd, args)
		cmd.SetOut(out)
		fmt.Fprint(out, listed(said.String(), min(a.width(), helpWidth)))
	})
	root.SetUsageTemplate(strings.NewReplacer(
		".LocalFlags.FlagUsages", ".LocalFlags.FlagUsagesWrapped "+strconv.Itoa(helpWidth),
		".InheritedFlags.FlagUsages", ".InheritedFlags.FlagUsagesWrapped "+strconv.Itoa(helpWidth),
	).Replace(root.UsageTemplate()))
	root.Flags().BoolVar(&asked, "version", false, catalogue.T("cli.flag.version"))
	f := root.PersistentFlags()
	f.BoolVar(&a.json, "json", false, catalogue.T("cli.flag.json"))
	f.BoolVar(&a.quiet, "quiet", false, catalogue.T("cli.flag.quiet"))
	f.StringVar(&a.ledger, "ledger", "", catalogue.T("cli.flag.ledger"))
	f.StringVar(&a.server, "server", "", catalogue.T("cli.flag.server"))
	root.AddGroup(
		&cobra.Group{ID: "bring", Title: catalogue.T("cli.group.bring")},
		&cobra.Group{ID: "price", Title: catalogue.T("cli.group.price")},
		&cobra.Group{ID: "decide", Title: catalogue.T("cli.group.decide")},
		&cobra.Group{ID: "serve", Title: catalogue.T("cli.group.serve")},
	)
	for group, commands := range map[string][]*cobra.Command{
		"bring":  {a.initCommand(), a.schemaCommand(), a.checkCommand(), a.importCommand(), a.exportCommand(), a.evidenceCommand()},
		"price":  {a.briefCommand(), a.riskCommand(), a.whatifCommand(), a.learnCommand(), a.calibrationCommand(), a.metricsCommand(), a.layersCommand(), a.whyCommand(), a.sumCommand(), a.gateCommand(), a.planCommand(), a.frontierCommand(), a.compareCommand(), a.benchCommand()},
		"decide": {a.applyCommand(), a.statusCommand(), a.decideCommand(), a.agreeCommand(), a.agreementsCommand(), a.moveCommand("approve"), a.moveCommand("reject"), a.moveCommand("reopen"), a.moveCommand("withdraw"), a.conditionCommand(), a.tasksCommand(), a.doneCommand(), a.stageCommand(), a.incidentCommand(), a.commentCommand(), a.askCommand(), a.challengeCommand(), a.estimateCommand(), a.workshopCommand(), a.authorityCommand(), a.policyCommand(), a.sweepCommand(), a.ledgerCommand()},
		"serve":  {a.demoCommand(), a.serveCommand(), a.userCommand(), a.tokenCommand(), a.webhookCommand(), a.versionCommand()},
	} {
		for _, c := range commands {
			c.GroupID = group
			c.Args = usageArgs(c.Args)
			root.AddCommand(c)
		}
	}
	return root
}

// usageArgs marks a wrong number of arguments as wrong use.
func usageArgs(args cobra.PositionalArgs) cobra.PositionalArgs {
	if args == nil {
		args = cobra.NoArgs
	}
	return func(cmd *cobra.Command, list []string) error {
		if args(cmd, list) == nil {
			return nil
		}
		if !cmd.HasParent() || cmd.HasSubCommands() {
			return unknownCommand(cmd, list[0])
		}
		return usageError{errors.New(catalogue.T("cli.usage", "use", cmd.Parent().CommandPath()+" "+cmd.Use))}
	}
}

// unknownCommand says what was not understood, and what may have been meant.
func unknownCommand(cmd *cobra.Command, name string) error {
	err := parley.Errorf(parley.Invalid, "", "%s", catalogue.T("cli.unknown-command", "command", cmd.CommandPath(), "name", plain.Clean(name)))
	if cmd.SuggestionsMinimumDistance = 2; len(cmd.SuggestionsFor(name)) > 0 {
		err.Hint = catalogue.T("cli.did-you-mean", "name", cmd.CommandPath()+" "+cmd.SuggestionsFor(name)[0])
	}
	return usageError{err}
}

// text is the catalogue's one-line and long help of a command.
func text(name string) (short, long string) {
	return catalogue.T("cli." + name + ".short"), catalogue.T("cli." + name + ".long")
}

// helpWidth is the width of help texts.
const helpWidth = 80

// wrapped is a help text with its paragraphs set anew in lines that fit;
// indented lines, which are examples, stay as they are.
func wrapped(text string) string {
	var out, flow []string
	flush := func() {
		out = append(out, plain.Wrap(strings.Join(flow, " "), helpWidth)...)
		flow = nil
	}
	for _, line := range strings.Split(text, "\n") {
		if line != "" && !strings.HasPrefix(line, " ") {
			flow = append(flow, line)
			continue
		}
		flush()
		out = append(out, line)
	}
	flush()
	return strings.Join(out, "\n")
}

// command starts a command with its help from the catalogue.
func command(use, name string, args cobra.PositionalArgs, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	short, long := text(name)
	return &cobra.Command{Use: use, Short: short, Long: long, Args: args, RunE: run}
}

// group is a command that only holds others; alone it says which there are.
func group(name string, subs ...*cobra.Command) *cobra.Command {
	c := command(name, name, nil, func(*cobra.Command, []string) error {
		return usageError{fmt.Errorf("%s %s", name, catalogue.T("cli."+name+".which"))}
	})
	holds(c, subs...)
	return c
}

// holds puts commands below another.
func holds(c *cobra.Command, subs ...*cobra.Command) {
	for _, sub := range subs {
		sub.Args = usageArgs(sub.Args)
		c.AddCommand(sub)
	}
}

// print writes the answer: v as one JSON object, or as text for people.
func (a *app) print(v any, text func(w io.Writer) error) error {
	if !a.json {
		w := &plain.OrderlessWriter{To: a.out}
		fit := &fitter{to: w, width: a.width()}
		if err := text(fit); err != nil {
			return err
		}
		if err := errors.Join(fit.Flush(), w.Flush()); err != nil {
			return &parley.Error{Op: "write the answer", Kind: parley.Unavailable, Err: err}
		}
		return nil
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return &parley.Error{Op: "write the answer", Kind: parley.Unavailable, Err: err}
	}
	return write(a.out, plain.OrderlessJSON(b.String()))
}

// write writes a text answer.
func write(w io.Writer, s string) error {
	if _, err := fmt.Fprint(w, s); err != nil {
		return &parley.Error{Op: "write the answer", Kind: parley.Unavailable, Err: err}
	}
	return nil
}
