// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestCork: the socket is told, and a closed one is no reason to fail.
func TestCork(t *testing.T) {
	a, _ := tcpPair(t)
	for _, on := range []bool{true, false} {
		a.Cork(on)
		var got int
		var failed error
		err := a.raw.Control(func(fd uintptr) { got, failed = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_CORK) })
		if err != nil || failed != nil || got == 1 != on {
			t.Errorf("Cork(%v): %d, %v, %v", on, got, err, failed)
		}
	}
	a.Close()
	a.Cork(true)
}
