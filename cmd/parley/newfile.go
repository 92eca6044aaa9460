package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/brief/plain"
	"github.com/parleysec/parley/internal/catalogue"
)

// newFile writes a file that only its owner may read. It never replaces one.
func (a *app) newFile(out string, text []byte) error {
	err := makeFile(out, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err == nil {
		a.note(catalogue.T("cli.wrote", "name", plain.Clean(out)))
	}
	return err
}

// makeFile writes a new file beside its place and then gives it its name, so
// that a file under that name is always a whole one. It never replaces one, and
// writes to nothing but ordinary files.
func makeFile(out string, fill func(io.Writer) error) error {
	if err := free(out); err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(out), "."+filepath.Base(out)+".new-*") // mode 0600
	if err != nil {
		return unwritable(out, err)
	}
	err = fill(draft)
	if err == nil {
		err = draft.Sync()
	}
	if err := errors.Join(err, draft.Close()); err != nil {
		return errors.Join(notWritten(out, err), os.Remove(draft.Name()))
	}
	err = os.Link(draft.Name(), out)
	if err == nil || errors.Is(err, fs.ErrExist) {
		err = errors.Join(err, os.Remove(draft.Name()))
	} else { // a file system without hard links
		err = os.Rename(draft.Name(), out)
	}
	if err != nil {
		return unwritable(out, err)
	}
	return nil
}

// notWritten is why a file was not filled: what makes its content says it in
// words of its own.
func notWritten(out string, err error) error {
	if _, ok := errors.AsType[*parley.Error](err); ok {
		return err
	}
	return outside("write "+out, err)
}

// free refuses a place where something is already, whatever it is.
func free(out string) error {
	info, err := os.Lstat(out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unwritable(out, err)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if to, err := os.Stat(out); err == nil {
			info = to
		}
	}
	key, hint := "cli.exists", "cli.hint.exists"
	switch {
	case info.IsDir():
		key, hint = "cli.exists.folder", "cli.hint.exists.other"
	case !info.Mode().IsRegular() && info.Mode()&fs.ModeSymlink == 0:
		key, hint = "cli.exists.special", "cli.hint.exists.other"
	}
	return parley.Errorf(parley.Invalid, "write "+out, "%s", catalogue.T(key)).WithHint(catalogue.T(hint))
}
