//go:build !unix

package storetest

import "os/exec"

func owned(string) error { return nil }

func command(path string, args ...string) *exec.Cmd { return exec.Command(path, args...) }
