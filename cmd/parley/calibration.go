package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
	"github.com/parleysec/parley/risk/learning"
)

func (a *app) calibrationCommand() *cobra.Command {
	return command("calibration [PRODUCT]", "calibration", cobra.MaximumNArgs(1), func(cmd *cobra.Command, args []string) error {
		res, err := a.service().Calibration(cmd.Context(), a.actor(), negotiate.CalibrationRequest{Product: strings.Join(args, "")})
		if err != nil {
			return err
		}
		return a.print(res, func(w io.Writer) error { return write(w, calibrationText(res)) })
	})
}

func calibrationText(r *negotiate.CalibrationResult) string {
	var b strings.Builder
	paragraph(&b, "", catalogue.T("calibration.head", "product", r.Product, "as_of", untilText(r.AsOf), "person", r.Person))
	paragraph(&b, "", catalogue.T("calibration.own"))
	scores(&b, r.Own)
	if r.Team == nil {
		paragraph(&b, "", plain.Capital(r.Why))
		return b.String()
	}
	paragraph(&b, "", catalogue.N("calibration.team", r.People))
	scores(&b, *r.Team)
	return b.String()
}

// scores puts figures into words.
func scores(b *strings.Builder, c learning.Calibration) {
	for _, text := range negotiate.CalibrationWords(c) {
		paragraph(b, "  ", "- "+text)
	}
}
