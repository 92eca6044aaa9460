package api

import (
	"os"
	"syscall"
	"time"
)

// dropEvery is how often what was read of a file is dropped from memory.
const dropEvery = 5 * time.Millisecond

// data is the file as memory. The system reads it as it is looked at, and every
// moment it is told that what is there is not needed: where it is looked at again it
// is read again, from the system's own memory of files. So a large file takes some
// megabytes. Nothing may hold a part of it after release.
func (s *spool) data() (data []byte, release func(), err error) {
	if s.size == 0 {
		return nil, func() {}, nil
	}
	data, err = syscall.Mmap(int(s.file.Fd()), 0, int(s.size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, os.NewSyscallError("mmap", err)
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		drop(data, end)
	}()
	return data, func() {
		close(end)
		<-ended // the place may be somebody else's after this
		_ = syscall.Munmap(data)
	}, nil
}

// drop drops a file from memory again and again.
func drop(data []byte, end <-chan struct{}) {
	tick := time.NewTicker(dropEvery)
	defer tick.Stop()
	for {
		select {
		case <-end:
			return
		case <-tick.C:
			_ = syscall.Madvise(data, syscall.MADV_DONTNEED) // what cannot be dropped stays
		}
	}
}
