package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// recordCommands are the commands below `parley ledger` that take the record or
// a part of it elsewhere.
func (a *app) recordCommands() []*cobra.Command {
	return []*cobra.Command{
		a.proveCommand(), a.checkProofCommand(),
		a.backupCommand(), a.restoreCommand(), a.exportLedgerCommand(), a.importLedgerCommand(),
	}
}

func (a *app) backupCommand() *cobra.Command {
	return command("backup FILE", "ledger.backup", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		if err := free(args[0]); err != nil {
			return err
		}
		res, err := a.here().Backup(cmd.Context(), a.actor(), negotiate.TransferRequest{Name: args[0]})
		return a.transferred(res, err)
	})
}

func (a *app) restoreCommand() *cobra.Command {
	return command("restore FILE", "ledger.restore", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		if _, err := os.Stat(args[0]); errors.Is(err, fs.ErrNotExist) {
			return outside("read "+args[0], err)
		}
		res, err := a.here().Restore(cmd.Context(), a.actor(), negotiate.TransferRequest{Name: args[0]})
		return a.transferred(res, err)
	})
}

func (a *app) exportLedgerCommand() *cobra.Command {
	var to string
	c := command("export", "ledger.export", nil, func(cmd *cobra.Command, _ []string) error {
		if to == "" || to == "-" {
			if a.json {
				return usageError{errors.New(catalogue.T("record.export.json"))}
			}
			out := bufio.NewWriter(a.out)
			_, err := a.here().ExportLedger(cmd.Context(), a.actor(), negotiate.TransferRequest{Name: "-", Out: out})
			return errors.Join(err, out.Flush())
		}
		res, err := a.exportTo(cmd.Context(), to)
		return a.transferred(res, err)
	})
	c.Flags().StringVarP(&to, "output", "o", "", catalogue.T("cli.checkpoint.to"))
	return c
}

// exportTo writes the record to a new file, which is there only when it is whole.
func (a *app) exportTo(ctx context.Context, to string) (*negotiate.TransferResult, error) {
	var res *negotiate.TransferResult
	err := makeFile(to, func(w io.Writer) (err error) {
		res, err = a.here().ExportLedger(ctx, a.actor(), negotiate.TransferRequest{Name: to, Out: w})
		return err
	})
	return res, err
}

func (a *app) importLedgerCommand() *cobra.Command {
	return command("import FILE", "ledger.import", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		var in io.Reader = a.in
		if args[0] != "-" {
			f, err := os.Open(args[0])
			if err != nil {
				return outside("read "+args[0], err)
			}
			defer f.Close()
			in = f
		}
		res, err := a.here().ImportLedger(cmd.Context(), a.actor(), negotiate.TransferRequest{Name: args[0], In: in})
		return a.transferred(res, err)
	})
}

// transferred says what was copied.
func (a *app) transferred(r *negotiate.TransferResult, err error) error {
	if err != nil {
		return err
	}
	return a.print(r, func(w io.Writer) error {
		return write(w, catalogue.T("record.transferred", "from", plain.Clean(r.From), "to", plain.Clean(r.To), "n", r.Events, "root", r.Root)+"\n")
	})
}
