// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"net"
	"strconv"

	"github.com/twinwire/twinwire/internal/plan"
)

// address is a place in the simulated network.
type address struct {
	host *Host
	port int
}

var _ net.Addr = address{}

// Network returns "mem".
//
//go:norace
func (address) Network() string { return networkName }

// String returns "host:port".
//
//go:norace
func (a address) String() string { return net.JoinHostPort(a.host.name, strconv.Itoa(a.port)) }

const (
	networkName = "mem"
	firstPort   = 32768
	lastPort    = 60999
)

// CheckHostName says what is wrong with a name for a host, nil if it will do: in host:port, and in a plan.
//
//go:norace
func CheckHostName(name string) error {
	switch {
	case !plan.IsHost(name):
		return fmt.Errorf("%q is no name of a host: want letters from a to z, digits, and any of - _ . in it", name)
	case loopbackName(name):
		return fmt.Errorf("%q is no name of a host: it means every host", name)
	}
	return nil
}

// loopbackName reports whether a host part means the host itself.
//
//go:norace
func loopbackName(name string) bool {
	switch name {
	case "", "localhost", "127.0.0.1", "0.0.0.0", "::1", "::":
		return true
	}
	return false
}

// resolve finds the place an address means, seen from h.
//
//go:norace
func (h *Host) resolve(addr string) (address, error) {
	name, text, err := net.SplitHostPort(addr)
	if err != nil {
		return address{}, err
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return address{}, &net.AddrError{Err: "invalid port", Addr: addr}
	}
	to := h
	if !loopbackName(name) {
		to = h.world.known(name)
	}
	if to == nil {
		return address{}, fmt.Errorf("lookup %s: no such host", name)
	}
	return address{host: to, port: int(port)}, nil
}

// freePort returns a port nobody listens at. Ports are not used again soon, not even after a crash.
//
//go:norace
func (h *Host) freePort() int {
	for {
		h.lastPort++
		if h.lastPort > lastPort {
			h.lastPort = firstPort
		}
		if h.inc.listeners.at(h.lastPort) == nil {
			return h.lastPort
		}
	}
}
