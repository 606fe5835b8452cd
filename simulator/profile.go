// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/twinwire/twinwire/internal/fault"

// Profile says how the network behaves and how often each fault strikes. It is plain data: take one of [Calm], [LAN], [WAN], [Swarm]
// and [Hostile] and change what the scenario needs.
type Profile = fault.Profile

// FaultKind names a fault: "delay", "split", "reset", "half_open", "refuse", "partition", "crash", "restart".
type FaultKind = fault.Kind

// FaultCounts says how often each kind of fault fired. Kinds that never fired are absent.
type FaultCounts = fault.Counts

// Calm is a fast network without faults.
func Calm() Profile { return fault.Calm() }

// LAN is a healthy local network: a rare late packet, writes that arrive in pieces.
func LAN() Profile { return fault.LAN() }

// Hostile is a network and hosts that fail all the time, until 45 s after the start.
func Hostile() Profile { return fault.Hostile() }

// ProfileByName returns the profile of that name: calm, lan, wan, hostile or swarm.
func ProfileByName(name string) (Profile, error) { return fault.ByName(name) }

// WAN is a healthy network between places far apart: 30 ms one way, some loss, a clog a minute, clocks that differ.
func WAN() Profile { return fault.WAN() }

// Swarm is a profile that every run draws for itself: a subset of the faults, each with a weight that may be wild.
func Swarm() Profile { return fault.Swarm() }
