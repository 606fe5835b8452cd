// SPDX-License-Identifier: Apache-2.0

package fault_test

import (
	"context"
	"net"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/netty"
)

// samePort is a network whose first listener stands at a given port, as when the kernel finds that one free.
type samePort struct {
	api.Network
	addr string
	used bool
}

func (n *samePort) Listen(ctx context.Context, addr string) (net.Listener, error) {
	if !n.used {
		n.used, addr = true, n.addr
	}
	return n.Network.Listen(ctx, addr)
}

func TestProxyNeverStandsInFrontOfItself(t *testing.T) {
	tcp := netty.TCP(netty.TCPConfig{})
	l, err := tcp.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target := l.Addr().String()
	l.Close() // the port is free now
	p, err := fault.NewProxy(t.Context(), netty.NewRuntime(), &samePort{Network: tcp, addr: target}, fault.Calm(), "self", "127.0.0.1:0", target)
	if err != nil {
		t.Fatal(err)
	}
	if p.Addr().String() == target {
		t.Errorf("the proxy for %s listens there", target)
	}
	if err := p.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}
