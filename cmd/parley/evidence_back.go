package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

func (a *app) evidenceTakeBackCommand() *cobra.Command {
	var req negotiate.TakeBackEvidenceRequest
	c := command("take-back [FILE|DIGEST]", "evidence.back", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			var err error
			if req.Digest, err = a.digestOf(args[0]); err != nil {
				return err
			}
		}
		res, err := a.service().TakeBackEvidence(cmd.Context(), a.actor(), req)
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return takenBackText(w, res) })
	})
	f := c.Flags()
	f.StringVar(&req.Product, "product", "", catalogue.T("cli.evidence.product"))
	f.StringVar(&req.Check, "check", "", catalogue.T("cli.evidence.back.check"))
	f.StringVar(&req.At, "at", "", catalogue.T("cli.evidence.back.at"))
	f.StringVar(&req.Event, "event", "", catalogue.T("cli.evidence.back.event"))
	f.StringVar(&req.Because, "because", "", catalogue.T("cli.evidence.back.because"))
	f.StringVar(&req.By, "by", "", catalogue.T("cli.decide.by"))
	return c
}

// digestOf is the digest of a file, or what was typed where there is none.
func (a *app) digestOf(name string) (string, error) {
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return name, nil
	}
	data, err := a.readReport(name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// takenBackText says what counts no more, and how the layers stand then.
func takenBackText(w io.Writer, r *negotiate.TakeBackEvidenceResult) error {
	var b strings.Builder
	line := func(text string) { paragraph(&b, "", text) }
	line(catalogue.T("evidence.back.done", "check", r.TakenBack.Check, "file", plain.Clean(r.File), "when", plain.Date(r.TakenBack.At)+r.TakenBack.At.Format(" 15:04")))
	layersThenLoss(line, r.Layers, r.Loss)
	line(catalogue.T("evidence.back.next"))
	for _, x := range r.Reopened {
		line(reopenedText(x))
	}
	return write(w, b.String())
}
