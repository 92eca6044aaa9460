package main

import (
	"errors"
	"io/fs"
	"net"
	"syscall"

	"github.com/parleysec/parley"
	"github.com/parleysec/parley/internal/catalogue"
)

// outside is a failure of the file system, said once and in words of people.
// What the caller named wrongly is wrong input; the rest could not be done.
func outside(op string, err error) error {
	kind, key := parley.Unavailable, ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		kind, key = parley.Invalid, "cli.no-file"
	case errors.Is(err, syscall.EISDIR):
		kind, key = parley.Invalid, "cli.a-folder"
	case errors.Is(err, syscall.ENOTDIR):
		kind, key = parley.Invalid, "cli.no-folder"
	case errors.Is(err, fs.ErrPermission):
		key = "cli.no-right"
	case errors.Is(err, syscall.EROFS):
		key = "cli.read-only"
	case errors.Is(err, syscall.ENOSPC):
		key = "cli.disk-full"
	}
	if key != "" {
		return parley.Errorf(kind, op, "%s", catalogue.T(key))
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err // the path stands in op already
	}
	return &parley.Error{Op: op, Kind: parley.Unavailable, Err: err}
}

// unwritable is the failure to make a file: where it does not exist, it is the
// folder that is missing.
func unwritable(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrExist):
		return parley.Errorf(parley.Invalid, "write "+name, "%s", catalogue.T("cli.exists")).WithHint(catalogue.T("cli.hint.exists"))
	case errors.Is(err, fs.ErrNotExist):
		return parley.Errorf(parley.Invalid, "write "+name, "%s", catalogue.T("cli.no-folder"))
	}
	return outside("write "+name, err)
}

// unheard is the failure to listen on an address, said in words of people.
func unheard(listen string, err error) error {
	key := ""
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		key = "cli.port-taken"
	case errors.Is(err, syscall.EACCES):
		key = "cli.port-forbidden"
	}
	if key != "" {
		return parley.Errorf(parley.Unavailable, "serve", "%s", catalogue.T(key, "listen", listen)).WithHint(catalogue.T("cli.hint.port"))
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	return (&parley.Error{Op: "serve at " + listen, Kind: parley.Unavailable, Err: err}).WithHint(catalogue.T("cli.hint.port"))
}
