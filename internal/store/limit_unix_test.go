//go:build linux || darwin

package store_test

import (
	"os/signal"
	"strconv"
	"syscall"
)

// limitFiles lets no file of this program grow beyond a number of bytes, as on
// a disk that is full from then on; "" for no limit. limited says that it can.
const limited = true

func limitFiles(bytes string) error {
	if bytes == "" {
		return nil
	}
	n, err := strconv.ParseUint(bytes, 10, 64)
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ) // else the first byte too many ends the program
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
}
