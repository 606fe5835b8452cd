// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"context"
	"net"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// dialPair returns both ends of one loopback connection of n.
func dialPair(ctx context.Context, n api.Network) (dialled, accepted net.Conn, err error) {
	l, err := n.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	if dialled, err = n.Dial(ctx, l.Addr().String()); err != nil {
		return nil, nil, err
	}
	if accepted, err = l.Accept(); err != nil {
		dialled.Close()
		return nil, nil, err
	}
	return dialled, accepted, nil
}

// tcpPair is dialPair for a test, which closes both ends.
func tcpPair(t *testing.T) (dialled, accepted *tcpConn) {
	t.Helper()
	d, a, err := dialPair(t.Context(), TCP(TCPConfig{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(); a.Close() })
	return d.(*tcpConn), a.(*tcpConn)
}
