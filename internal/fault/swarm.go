// SPDX-License-Identifier: Apache-2.0

package fault

import "time"

// Swarm is a profile that every run draws for itself: a subset of the faults, each with a weight that may be wild, until
// 30 s after the start. A fault that is always there hides those that need calm. What only checksums and copies elsewhere
// help against, a disk that forgets a sync and wrong bits, it leaves out unless LoseSyncPPM, DiskFlipPPM or FlipPPM say how
// often that may be.
func Swarm() Profile { return Profile{Name: "swarm", Draw: true, Until: 30 * time.Second} }

// Drawn returns the profile itself, or, when it is one to draw, what choose draws from 0 to bound-1 makes of it. All
// zeros is the calm profile.
func (p Profile) Drawn(choose func(bound uint64) uint64) Profile {
	if !p.Draw {
		return p
	}
	d := draw(choose)
	q := Calm()
	q.Name, q.Until, q.SafeHosts = p.Name, p.Until, p.SafeHosts
	if d.on() {
		q.LatencyMin = d.span(0, 30*time.Millisecond)
		q.LatencyMean = d.span(time.Microsecond, 70*time.Millisecond)
	}
	d.traffic(&q)
	d.timed(&q)
	if d.on() {
		q.ClockOffset, q.DriftPPM = d.span(4*time.Millisecond, 262*time.Second), d.share(1000)
	}
	if d.on() {
		q.JumpEvery, q.JumpMax = d.span(100*time.Millisecond, 30*time.Second), d.span(4*time.Millisecond, 262*time.Second)
	}
	d.disk(&q)
	d.lies(&q, p)
	return q.Without(p.Never...)
}

// draw draws numbers over several orders of magnitude.
type draw func(bound uint64) uint64

// on is one time in two.
func (d draw) on() bool { return d(2) == 1 }

// share draws from 0 to most, the small ones as likely as the large ones.
func (d draw) share(most uint32) uint32 { return uint32(uint64(most) >> d(8) * (1 + d(8)) / 8) }

// span draws from low to high, the short ones as likely as the long ones.
func (d draw) span(low, high time.Duration) time.Duration {
	return low + (high-low)>>d(8)*time.Duration(1+d(8))/8
}

// traffic draws what strikes deliveries, writes and connection attempts.
func (d draw) traffic(q *Profile) {
	if d.on() {
		q.TailPPM, q.TailMax = d.share(20_000), d.span(time.Millisecond, 5*time.Second)
	}
	if d.on() {
		q.LossPPM = d.share(100_000)
	}
	if d.on() {
		q.SplitPPM = d.share(500_000)
	}
	if d.on() {
		q.ResetPPM = d.share(50_000)
	}
	if d.on() {
		q.RefusePPM = d.share(200_000)
	}
	if d.on() {
		q.HangPPM, q.HangMax = d.share(100_000), d.span(10*time.Millisecond, 10*time.Second)
	}
	if d(4) == 1 {
		q.Bandwidth = 64 << 10 << d(10)
	}
}

// timed draws what strikes again and again.
func (d draw) timed(q *Profile) {
	if d.on() {
		q.ClogEvery, q.ClogMean = d.span(100*time.Millisecond, 10*time.Second), d.span(time.Millisecond, 5*time.Second)
	}
	if d.on() {
		q.PartitionEvery, q.PartitionMin = d.span(100*time.Millisecond, 10*time.Second), 10*time.Millisecond
		q.PartitionMax, q.OneWayPPM = d.span(20*time.Millisecond, 5*time.Second), uint32(d(5))*250_000
	}
	if d.on() {
		d.crashes(q)
	}
	if d.on() {
		q.PauseEvery, q.PauseMin = d.span(100*time.Millisecond, 30*time.Second), 10*time.Millisecond
		q.PauseMax = d.span(20*time.Millisecond, 10*time.Second)
	}
}

// crashes draws crashes. Most begin at the pace of the messages and become rarer, so that some strike in the middle of an
// exchange and others after much work: a component that forgets a promise fails by two of them in one exchange, with short
// times down, and hosts that crash at that pace to the end do nothing else.
func (d draw) crashes(q *Profile) {
	q.DownPPM = uint32(d(3)) * 250_000
	pace := max(q.LatencyMin+q.LatencyMean, 4*time.Millisecond)
	q.DownMin, q.DownMax = pace>>3, pace<<d(5)>>2
	if d(4) == 0 {
		q.DownMin, q.DownMax = 10*time.Millisecond, d.span(20*time.Millisecond, 10*time.Second)
	}
	q.CrashEvery, q.CrashTires = pace<<(1+d(6)), true
	if d(4) == 0 {
		q.CrashEvery, q.CrashTires = d.span(100*time.Millisecond, 20*time.Second), false
	}
}

// disk draws what disks do.
func (d draw) disk(q *Profile) {
	if d.on() {
		q.TornPPM = 500_000
	}
	if d.on() {
		q.DiskMean = d.span(10*time.Microsecond, 100*time.Millisecond)
	}
	if d(4) == 1 {
		q.DiskFull, q.DiskFullMean = d.span(time.Second, 20*time.Second), d.span(10*time.Millisecond, 5*time.Second)
	}
}

// lies draws what a component cannot see, up to what p allows.
func (d draw) lies(q *Profile, p Profile) {
	for _, lie := range []struct {
		share *uint32
		most  uint32
	}{{&q.LoseSyncPPM, p.LoseSyncPPM}, {&q.DiskFlipPPM, p.DiskFlipPPM}, {&q.FlipPPM, p.FlipPPM}} {
		if lie.most > 0 && d.on() {
			*lie.share = d.share(lie.most)
		}
	}
}
