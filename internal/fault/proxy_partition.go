// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"time"

	"github.com/twinwire/twinwire/api"
)

// direction is which way bytes go through a proxy.
type direction int

const (
	toTarget direction = iota + 1
	fromTarget
)

// leastCalm keeps a profile from having no time between partitions.
const leastCalm = time.Millisecond

// partition is the schedule by which a proxy's link is broken, drawn as time reaches it: it costs no timer, and a
// partition nobody runs into is not counted.
type partition struct {
	dice *dice

	mu         api.Mutex
	begin, end time.Time // of the current one or the next
	oneWay     direction // the only direction blocked, or 0: both
	counted    bool
}

func newPartition(d *dice) *partition {
	return &partition{dice: d, mu: d.rt.NewMutex(), end: d.start}
}

// heals returns when bytes that want to go that way at now may pass: now or earlier when nothing blocks them.
func (p *partition) heals(now time.Time, way direction) time.Time {
	prof := &p.dice.profile
	if prof.PartitionEvery <= 0 || prof.PartitionMax <= 0 || p.dice.ended(now) {
		return now
	}
	p.mu.Lock()
	for !now.Before(p.end) {
		p.drawLocked()
	}
	blocked := !now.Before(p.begin) && (p.oneWay == 0 || p.oneWay == way)
	first := blocked && !p.counted
	p.counted = p.counted || blocked
	end := p.end
	p.mu.Unlock()
	if first {
		p.dice.fired(Partition)
	}
	if !blocked {
		return now
	}
	return end
}

// drawLocked draws the partition after the current one. All have healed when the time of faults is over.
func (p *partition) drawLocked() {
	prof := &p.dice.profile
	p.begin = p.end.Add(max(leastCalm, p.dice.exponential(prof.PartitionEvery)))
	p.end = p.begin.Add(p.dice.between(prof.PartitionMin, prof.PartitionMax))
	if last := p.dice.start.Add(prof.Until); prof.Until > 0 && p.end.After(last) {
		p.end = last
	}
	p.oneWay, p.counted = 0, false
	if p.dice.rt.Rand().Uint32N(million) < prof.OneWayPPM {
		p.oneWay = toTarget + direction(p.dice.rt.Rand().IntN(2))
	}
}
