package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/parleysec/parley/internal/catalogue"
)

// How long a pipe may stay without anybody who writes to it, and how often that is
// looked at.
const (
	pipeWait = 10 * time.Second
	pipeLook = 50 * time.Millisecond
)

// opened opens a file to be read. A pipe that is named, as <(command) of a shell is,
// is not waited for while it is opened: that would last for ever where nobody writes.
func opened(name string) (io.ReadCloser, error) {
	info, err := os.Stat(name)
	if err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return os.Open(name)
	}
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return &pipe{File: f, until: time.Now().Add(pipeWait)}, nil
}

// pipe waits a while for whoever writes to it first, and then for the end.
type pipe struct {
	*os.File
	until time.Time
	begun bool
}

// Read reads on. A pipe that nobody has opened to write reads as one that has
// ended.
func (p *pipe) Read(b []byte) (int, error) {
	for {
		n, err := p.File.Read(b)
		p.begun = p.begun || n > 0
		switch {
		case p.begun || !errors.Is(err, io.EOF):
			return n, err
		case !time.Now().Before(p.until):
			return 0, errors.New(catalogue.T("cli.pipe.silent", "seconds", int(pipeWait/time.Second)))
		}
		time.Sleep(pipeLook)
	}
}
