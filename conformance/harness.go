// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"

	"github.com/twinwire/twinwire/api"
)

// Harness is an implementation under test: it knows how to make a fresh world of hosts and run task code in it.
type Harness struct {
	// Name stands in tables and in the line that repeats a failure, such as "memnet" or "tcp".
	Name string
	// Can says what the implementation offers. A property that needs more is listed as not applicable. 0: [Everything]
	// but [Crashes] and [VirtualTime].
	Can Capability
	// Serializer is what messages are encoded with: that of the implementation, or one that somebody brings and wants to
	// be held to its contract; the suite puts it into the configurations of envs. Nil: its properties do not apply.
	Serializer api.Serializer
	// Cases is how many cases each property gets. 0: 100 in virtual time, 20 otherwise.
	Cases int
	// Run makes a world whose randomness comes from seed and whose network has these faults, runs body in it as task code,
	// and tears everything down. It says which faults fired. An error says that the world itself failed: a deadlock, a
	// panic in a task, something that does not end.
	Run func(seed uint64, faults Profile, body func(w World)) (FaultCounts, error)
}

// World is what task code sees of the world it runs in.
type World interface {
	// Context ends with the world. It carries no deadline.
	Context() context.Context
	// Host returns the host of that name, made at first use. Calling it again returns the same host.
	Host(name string) Host
}

// Crasher is a World whose hosts can lose their memory, tasks and connections at once. A harness whose worlds have it
// declares [Crashes].
type Crasher interface {
	Crash(host string)
}

// Host is one host of a world. What it makes is torn down with the world.
type Host interface {
	Name() string
	Runtime() api.Runtime
	// Network is what the host's connections come from, faults included.
	Network() api.Network
	// Address is the "host:port" to bind at for port, 0 for a free one.
	Address(port int) string
	// NewRpcEnv makes an env of the implementation under test. A nil Network means the host's own.
	NewRpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error)
	// NewBlockTransferService makes a service of the implementation under test. A nil Network means the host's own.
	NewBlockTransferService(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error)
}

// can returns the capabilities with the default filled in.
func (h Harness) can() Capability {
	c := h.Can
	if c == 0 {
		c = Everything &^ (Crashes | VirtualTime)
	}
	if h.Serializer == nil {
		return c &^ Serializers
	}
	return c | Serializers
}

// cases returns how many cases p gets under h when the caller wants want, 0 for the harness's own number. Properties
// that wait for time to pass get fewer where waiting is real.
func (h Harness) cases(p Property, want int) int {
	virtual := h.can().has(VirtualTime)
	n := want
	if n <= 0 {
		n = h.Cases
	}
	if n <= 0 && virtual {
		n = 100
	}
	if n <= 0 {
		n = 20
	}
	if p.waits > 1 && !virtual {
		n = (n + p.waits - 1) / p.waits
	}
	return n
}
