package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
	"github.com/parleysec/parley/internal/negotiate"
)

// maxInput is the most that is read of one file.
const maxInput = 64 << 20

// source is what the caller named: a file (an existing path, or - for standard
// input), else a product of the ledger.
func (a *app) source(name string) (negotiate.Source, error) {
	if name != "-" {
		info, err := os.Stat(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return negotiate.Source{}, outside("read "+name, err)
		}
		if err != nil {
			if filepath.Ext(name) == "" && filepath.Base(name) == name {
				return negotiate.Source{Product: name}, nil
			}
			return negotiate.Source{}, parley.Errorf(parley.Invalid, "read "+name, "%s", catalogue.T("cli.no-file")).
				WithHint(catalogue.T("cli.hint.source"))
		}
		if info.IsDir() {
			return negotiate.Source{}, outside("read "+name, syscall.EISDIR)
		}
	}
	data, err := a.readFile(name)
	return negotiate.Source{Name: name, Data: data}, err
}

// readFile reads a whole file, or standard input for -, up to maxInput.
func (a *app) readFile(name string) ([]byte, error) { return a.readUpTo(name, maxInput) }

// readUpTo reads a whole file, a pipe, or standard input for -, of so many bytes at
// most.
func (a *app) readUpTo(name string, most int64) ([]byte, error) {
	in := a.in
	if name != "-" {
		f, err := opened(name)
		if err != nil {
			return nil, outside("read "+name, err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, outside("read "+name, err)
	}
	if int64(len(data)) > most {
		return nil, tooLong(name, most)
	}
	return data, nil
}

func tooLong(name string, most int64) error {
	return parley.Errorf(parley.Invalid, "read "+name, "the file is larger than %d MB", most>>20)
}
