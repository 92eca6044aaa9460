//go:build unix

package storetest

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// servant is the account the server runs under: PostgreSQL refuses to run as
// root. ok is false when this program is not root, and the server runs as it does.
func servant() (uid, gid int, ok bool, err error) {
	if os.Getuid() != 0 {
		return 0, 0, false, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, lookup := user.Lookup(name)
		if lookup != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		return uid, gid, true, errors.Join(err1, err2)
	}
	return 0, 0, false, errors.New("PostgreSQL does not run as root, and there is no account postgres or nobody")
}

// owned gives a folder to the account the server runs under.
func owned(folder string) error {
	uid, gid, ok, err := servant()
	if err != nil || !ok {
		return err
	}
	return os.Chown(folder, uid, gid)
}

// command runs a program under the account the server runs under.
func command(path string, args ...string) *exec.Cmd {
	c := exec.Command(path, args...)
	c.Dir = "/"
	if uid, gid, ok, err := servant(); ok && err == nil {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	return c
}
