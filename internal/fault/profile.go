// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"fmt"
	"time"
)

// Profile says how a network behaves and how often each fault strikes. It is data: integers only, so that a seed
// draws the same run on every machine. The zero value has no latency and no faults.
type Profile struct {
	Name string

	LatencyMin  time.Duration // one way, always
	LatencyMean time.Duration // mean of the exponential part on top
	TailPPM     uint32        // of a million deliveries, how many are a Delay of up to TailMax more
	TailMax     time.Duration
	SplitPPM    uint32 // of a million writes, how many arrive in pieces
	ResetPPM    uint32 // of a million writes, how many cut their connection, anywhere in the bytes
	RefusePPM   uint32 // of a million connection attempts, how many are refused

	PartitionEvery time.Duration // mean time between partitions; 0: none
	PartitionMin   time.Duration // how long one lasts
	PartitionMax   time.Duration
	OneWayPPM      uint32 // of a million partitions, how many block one direction only

	CrashEvery time.Duration // mean time between crashes; 0: none
	DownMin    time.Duration // how long a crashed host is down
	DownMax    time.Duration

	Until     time.Duration // no fault strikes later than this after the start, and partitions have healed; 0: no end
	SafeHosts []string      // hosts that never crash
}

// Calm is a fast network without faults.
func Calm() Profile {
	return Profile{Name: "calm", LatencyMin: 100 * time.Microsecond, LatencyMean: 400 * time.Microsecond}
}

// LAN is a healthy local network: a rare late packet, writes that arrive in pieces.
func LAN() Profile {
	return Profile{
		Name: "lan", LatencyMin: 100 * time.Microsecond, LatencyMean: 400 * time.Microsecond,
		TailPPM: 1_000, TailMax: 100 * time.Millisecond, SplitPPM: 50_000,
	}
}

// Hostile is a network and hosts that fail all the time until 30 s after the start.
func Hostile() Profile {
	return Profile{
		Name: "hostile", LatencyMin: 50 * time.Microsecond, LatencyMean: 5 * time.Millisecond,
		TailPPM: 20_000, TailMax: time.Second, SplitPPM: 300_000, ResetPPM: 3_000, RefusePPM: 20_000,
		PartitionEvery: 2 * time.Second, PartitionMin: 50 * time.Millisecond, PartitionMax: 2 * time.Second, OneWayPPM: 500_000,
		CrashEvery: 3 * time.Second, DownMin: 50 * time.Millisecond, DownMax: 2 * time.Second,
		Until: 30 * time.Second,
	}
}

// ByName returns the profile of that name: calm, lan or hostile.
func ByName(name string) (Profile, error) {
	for _, p := range []Profile{Calm(), LAN(), Hostile()} {
		if p.Name == name {
			return p, nil
		}
	}
	return Profile{}, fmt.Errorf("fault profile %q: want calm, lan or hostile", name)
}
