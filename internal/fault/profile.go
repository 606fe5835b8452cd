// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"fmt"
	"time"
)

// Profile says how a network and its hosts behave and how often each fault strikes. It is data: integers only, so that a
// seed draws the same run on every machine. The zero value has no latency and no faults. Shares are of a million.
type Profile struct {
	Name string

	LatencyMin  time.Duration // one way, always
	LatencyMean time.Duration // mean of the exponential part on top
	TailPPM     uint32        // of a million deliveries, how many are a Delay of up to TailMax more
	TailMax     time.Duration
	LossPPM     uint32 // of a million deliveries, how many are sent again after 200 ms, twice that, and so on
	Bandwidth   int64  // bytes a second of one direction between two hosts; 0: no limit
	SplitPPM    uint32 // of a million writes, how many arrive in pieces
	FlipPPM     uint32 // of a million deliveries, how many have one wrong bit
	ResetPPM    uint32 // of a million writes, how many cut their connection, anywhere in the bytes
	RefusePPM   uint32 // of a million connection attempts, how many are refused
	HangPPM     uint32 // of a million connection attempts, how many wait up to HangMax
	HangMax     time.Duration

	ClogEvery time.Duration // mean time between clogs of one direction between two hosts; 0: none
	ClogMean  time.Duration // mean of how long one lasts

	PartitionEvery time.Duration // mean time between partitions; 0: none
	PartitionMin   time.Duration // how long one lasts
	PartitionMax   time.Duration
	OneWayPPM      uint32 // of a million partitions, how many block one direction only

	CrashEvery time.Duration // mean time between crashes; 0: none
	CrashTires bool          // each crash makes that longer by half of what it was at first, so that they come at every pace
	DownMin    time.Duration // how long a crashed host is down
	DownMax    time.Duration
	DownPPM    uint32 // of a million hosts that may crash, how many may be down at a time, but at least one; 0: all

	PauseEvery time.Duration // mean time between pauses of a host; 0: none
	PauseMin   time.Duration // how long one lasts
	PauseMax   time.Duration

	ClockOffset time.Duration // clocks start up to that wrong
	DriftPPM    uint32        // and go up to that wrong
	JumpEvery   time.Duration // mean time between jumps of a host's clock; 0: none
	JumpMax     time.Duration // by up to that, forward or back

	DiskMean     time.Duration // mean of how long a disk takes for a read, write or sync; 0: no time
	LoseSyncPPM  uint32        // of a million syncs, how many succeed and keep nothing
	TornPPM      uint32        // of a million files that lose bytes in a crash, how many keep a part of a write
	DiskFlipPPM  uint32        // of a million reads, how many give one wrong bit
	DiskFullMean time.Duration // mean of how long a disk is full
	DiskFull     time.Duration // mean time between disks that are full; 0: none

	Until     time.Duration // no fault strikes later than this after the start, and partitions have healed; 0: no end
	SafeHosts []string      // hosts that never crash and whose disk is never full; they pause, and their clocks jump
	// Draw makes every run draw what else is in the profile, Until and SafeHosts apart: see [Swarm].
	Draw bool
	// Never are kinds of fault that a drawn profile leaves out: see [Profile.Without].
	Never []Kind
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

// WAN is a healthy network between places far apart: 30 ms one way, some loss, a clog a minute, clocks that differ.
func WAN() Profile {
	return Profile{
		Name: "wan", LatencyMin: 20 * time.Millisecond, LatencyMean: 10 * time.Millisecond,
		TailPPM: 10_000, TailMax: time.Second, LossPPM: 5_000, SplitPPM: 200_000, ResetPPM: 1,
		ClogEvery: time.Minute, ClogMean: time.Second,
		ClockOffset: 50 * time.Millisecond, DriftPPM: 50,
	}
}

// Hostile is a network and hosts that fail all the time until 45 s after the start.
func Hostile() Profile {
	return Profile{
		Name: "hostile", LatencyMean: 50 * time.Millisecond,
		TailPPM: 20_000, TailMax: 5 * time.Second, LossPPM: 50_000, SplitPPM: 500_000, ResetPPM: 100,
		RefusePPM: 25_000, HangPPM: 25_000, HangMax: 10 * time.Second,
		ClogEvery: 5 * time.Second, ClogMean: 2 * time.Second,
		PartitionEvery: 10 * time.Second, PartitionMin: time.Second, PartitionMax: 5 * time.Second, OneWayPPM: 500_000,
		CrashEvery: 20 * time.Second, DownMin: 100 * time.Millisecond, DownMax: 4 * time.Second, DownPPM: 499_999,
		PauseEvery: 30 * time.Second, PauseMin: 100 * time.Millisecond, PauseMax: 10 * time.Second,
		ClockOffset: time.Second, DriftPPM: 500, JumpEvery: 20 * time.Second, JumpMax: 5 * time.Second,
		TornPPM: 500_000, DiskMean: 50 * time.Microsecond,
		Until: 45 * time.Second,
	}
}

// Profiles returns the profiles that have a name, the calmest first.
func Profiles() []Profile { return []Profile{Calm(), LAN(), WAN(), Hostile(), Swarm()} }

// ByName returns the profile of that name: calm, lan, wan, hostile or swarm.
func ByName(name string) (Profile, error) {
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
	}
	return Profile{}, fmt.Errorf("fault profile %q: want calm, lan, wan, hostile or swarm", name)
}
