// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/twinwire/twinwire/internal/fault"

// Profile says how the network and the hosts behave and how often each fault strikes. It is plain data: take one of
// [Calm], [LAN], [WAN] and [Hostile] and change what the scenario needs, or [Swarm].
type Profile = fault.Profile

// FaultKind names a fault, such as "delay", "split", "reset", "partition" or "crash".
type FaultKind = fault.Kind

// FaultCounts says how often each kind of fault fired. Kinds that never fired are absent.
type FaultCounts = fault.Counts

// Calm is a fast network without faults.
func Calm() Profile { return fault.Calm() }

// LAN is a healthy local network: a rare late packet, writes that arrive in pieces.
func LAN() Profile { return fault.LAN() }

// Hostile is a network and hosts that fail all the time, until 45 s after the start.
func Hostile() Profile { return fault.Hostile() }

// WAN is a healthy network between places far apart: slow, with some loss, and clocks that differ.
func WAN() Profile { return fault.WAN() }

// Swarm is a profile that every run draws for itself, until 30 s after the start: some kinds of fault and not others,
// each with a weight that may be wild. A fault that is always there hides the failures that need calm, so this is what a
// search uses that is not told otherwise.
func Swarm() Profile { return fault.Swarm() }

// ProfileByName returns the profile of that name: calm, lan, wan, hostile or swarm.
func ProfileByName(name string) (Profile, error) { return fault.ByName(name) }
