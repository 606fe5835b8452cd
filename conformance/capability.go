// SPDX-License-Identifier: Apache-2.0

package conformance

import "strings"

// Capability is a set of abilities: what a harness offers, or what a property needs.
type Capability uint

// The abilities.
const (
	// Rpc: hosts make RpcEnvs.
	Rpc Capability = 1 << iota
	// Blocks: hosts make BlockTransferServices.
	Blocks
	// Connections: the hosts' Network carries raw connections between them, and reaches the implementation's listeners.
	Connections
	// Plugged: the constructors use the Network of their configuration when it is given, so that the suite can cut the
	// connections of one env at a byte of its choice.
	Plugged
	// Crashes: worlds are [Crasher]s.
	Crashes
	// VirtualTime: waiting costs nothing.
	VirtualTime
	// Serializers: the harness names the one that messages are encoded with. It follows from [Harness.Serializer].
	Serializers

	// Everything is all of them.
	Everything = Rpc | Blocks | Connections | Plugged | Crashes | VirtualTime | Serializers
)

func (c Capability) has(other Capability) bool { return c&other == other }

// String lists the abilities.
func (c Capability) String() string {
	var names []string
	for i, name := range []string{"rpc", "blocks", "connections", "plugged networks", "crashes", "virtual time", "a serializer"} {
		if c.has(1 << i) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}
