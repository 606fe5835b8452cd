// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/twinwire/twinwire/api"
)

// hostNetwork fills api.Network for a host.
type hostNetwork struct{ host *Host }

var (
	_ api.Network       = (*hostNetwork)(nil)
	_ net.Listener      = (*listener)(nil)
	_ net.Conn          = (*conn)(nil)
	_ api.ReadWaiter    = (*conn)(nil)
	_ api.ArrivedReader = (*conn)(nil)
)

// Causes inside the *net.OpError of a failed call. Code under test should not tell them apart: on the machine they are
// the operating system's.
var (
	errReset      = errors.New("connection reset by peer")
	errRefused    = errors.New("connection refused")
	errPipe       = errors.New("broken pipe")
	errNotLocal   = errors.New("cannot assign requested address")
	errHostIsDown = errors.New("host is down")
)

// Listen implements api.Network.
//
//go:norace
func (n *hostNetwork) Listen(ctx context.Context, addr string) (net.Listener, error) {
	h := n.host
	h.enter("Network.Listen")
	l := &listener{inc: h.inc}
	err := h.listen(ctx, l, addr)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: networkName, Err: fmt.Errorf("%s: %w", addr, err)}
	}
	return l, nil
}

//go:norace
func (h *Host) listen(ctx context.Context, l *listener, addr string) error {
	if ctx != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	a, err := h.resolve(addr)
	switch {
	case err != nil:
		return err
	case a.host != h:
		return errNotLocal
	case !h.Up():
		return errHostIsDown
	}
	if a.port == 0 {
		a.port = h.freePort()
	}
	if h.inc.listeners.at(a.port) != nil {
		return api.ErrAddressInUse
	}
	l.addr = a
	h.inc.listeners = append(h.inc.listeners, l)
	return nil
}

// Dial implements api.Network.
//
//go:norace
func (n *hostNetwork) Dial(ctx context.Context, addr string) (net.Conn, error) {
	h := n.host
	t := h.enter("Network.Dial")
	w := h.world
	if w.probes() {
		w.probe(t, "Network.Dial", addr, hashString(addr))
	}
	w.mayWait(t, "Dial")
	c, err := h.dial(ctx, t, addr)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: networkName, Err: fmt.Errorf("%s: %w", addr, err)}
	}
	w.note(happening{kind: kindDial, host: h, pipe: c.out})
	return c, nil
}
