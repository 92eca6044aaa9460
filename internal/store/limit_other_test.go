//go:build !linux && !darwin

package store_test

import "errors"

const limited = false

func limitFiles(bytes string) error {
	if bytes == "" {
		return nil
	}
	return errors.New("this system cannot limit the size of files")
}
