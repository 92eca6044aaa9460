package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// Limits of the years that are simulated: below, not even one year in ten says
// anything; above, it takes more memory than it is worth.
const (
	leastTrials = 100
	mostTrials  = negotiate.MostYears
)

// whole is a flag for a whole number within limits.
type whole struct {
	into        *int
	least, most int
}

// wholeVar adds a flag for a whole number within limits.
func wholeVar(f *pflag.FlagSet, into *int, name string, value, least, most int, usage string) {
	*into = value
	f.Var(&whole{into, least, most}, name, usage)
}

func (w *whole) String() string {
	if w.into == nil {
		return ""
	}
	return strconv.Itoa(*w.into)
}

// Set reads the number; the error says what would be right.
func (w *whole) Set(text string) error {
	n, err := strconv.Atoi(text)
	switch {
	case (err != nil || n < w.least) && w.most == math.MaxInt:
		return errors.New(catalogue.T("cli.flag.whole-from", "least", w.least))
	case err != nil || n < w.least || n > w.most:
		return errors.New(catalogue.T("cli.flag.whole", "least", w.least, "most", w.most))
	}
	*w.into = n
	return nil
}

// Type is the name of the value in help texts.
func (w *whole) Type() string { return "int" }

// span is a flag for a time longer than none.
type span struct{ into *time.Duration }

func (s span) String() string {
	if s.into == nil || *s.into == 0 {
		return ""
	}
	return s.into.String()
}

// Set reads a time such as 10s or 2m; the error says what would be right.
func (s span) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return errors.New(catalogue.T("cli.flag.span"))
	}
	*s.into = d
	return nil
}

// Type is the name of the value in help texts.
func (s span) Type() string { return "duration" }

// flagError says in words of people what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		why := bad.Unwrap().Error()
		switch bad.GetFlag().Value.Type() {
		case "bool":
			why = catalogue.T("cli.flag.bool")
		case "uint64":
			why = catalogue.T("cli.flag.whole-from", "least", 0)
		}
		return usageError{fmt.Errorf("--%s %q: %s", bad.GetFlag().Name, plain.Clean(bad.GetValue()), why)}
	}
	if bad, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usageError{errors.New(catalogue.T("cli.flag.no-value", "flag", "--"+bad.GetFlag().Name))}
	}
	if bad, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(cmd, bad)
	}
	if bad, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return usageError{errors.New(catalogue.T("cli.flag.syntax", "flag", plain.Clean(bad.GetSpecifiedFlag())))}
	}
	return usageError{err}
}

// unknownFlag says what was not understood, and what may have been meant.
func unknownFlag(cmd *cobra.Command, bad *pflag.NotExistError) error {
	name := "--" + bad.GetSpecifiedName()
	if short := bad.GetSpecifiedShortnames(); short != "" {
		name = "-" + short
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
	err := parley.Errorf(parley.Invalid, "", "%s", catalogue.T("cli.flag.unknown", "command", cmd.CommandPath(), "flag", plain.Clean(name)))
	if near := parley.Nearest(name, known); near != "" {
		err.Hint = catalogue.T("cli.did-you-mean", "name", near)
	}
	return usageError{err}
}
