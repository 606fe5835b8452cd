// SPDX-License-Identifier: Apache-2.0

//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	pkgerrors "github.com/pkg/errors"
)

// lockDir keeps a second service away from a directory, until the function it returns is called or the process ends.
func lockDir(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, pkgerrors.WithStack(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close() //nolint:errcheck // opened for the lock
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s: another service keeps its executors there", dir)
		}
		return nil, pkgerrors.Wrapf(err, "lock %s", dir)
	}
	return func() { f.Close() }, nil //nolint:errcheck // opened for the lock
}
