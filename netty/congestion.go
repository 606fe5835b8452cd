// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package netty

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// congestion is the name of a congestion control, which cannot be chosen here.
type congestion string

func congestionOf(chosen string) congestion { return congestion(chosen) }

// control refuses every name but the empty one.
func (g congestion) control(string, string, syscall.RawConn) error {
	if g == "" {
		return nil
	}
	return fmt.Errorf("congestion control %q: %w", string(g), errors.ErrUnsupported)
}

// settle: nothing is known to be paced.
func (congestion) settle(syscall.RawConn, net.Addr, net.Addr) (paced bool, err error) {
	return false, nil
}
