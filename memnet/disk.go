// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"path"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/internal/tape"
)

// A disk is what can go wrong with the files of a host.
type disk struct {
	room        int64 // bytes that fit; 0: no limit
	span        plan.Span
	loseSyncPPM uint32
	tornPPM     uint32
	flipPPM     uint32

	used                  int64
	full, slow, forgetful underWay // faults under way
	syncs, reads          uint64
	losses                uint64 // files that have lost in a crash what was not synced, or could have
	plannedSyncs          *nthEffects
	plannedReads          *nthEffects

	waits, syncDraws, readDraws, lossDraws stream
}

// slowSpan is what an operation takes more on a disk that is slow.
//
//go:norace
func slowSpan() plan.Span { return plan.Span{Min: 10 * time.Millisecond, Mean: 50 * time.Millisecond} }

//go:norace
func (h *Host) newDisk() disk {
	w := h.world
	p := &w.cfg.Faults
	d := disk{
		span: plan.Span{Mean: p.DiskMean}, loseSyncPPM: p.LoseSyncPPM, tornPPM: p.TornPPM, flipPPM: p.DiskFlipPPM,
		waits: w.stream("disk-wait", h.key, h.name), syncDraws: w.stream("lose-sync", h.key, h.name),
		readDraws: w.stream("disk-flip", h.key, h.name), lossDraws: w.stream("unsynced", h.key, h.name),
		plannedSyncs: w.occasionsAt(h, plan.KindSync), plannedReads: w.occasionsAt(h, plan.KindRead),
	}
	if w.cfg.Plan == nil {
		return d
	}
	for _, o := range w.cfg.Plan.Disks {
		if o.Host.Matches(h.name) {
			d.override(o)
		}
	}
	return d
}

//go:norace
func (d *disk) override(o plan.Disk) {
	if o.Room != nil {
		d.room = int64(*o.Room)
	}
	if o.Slow != nil {
		d.span = *o.Slow
	}
	if o.LoseSync != nil {
		d.loseSyncPPM = uint32(*o.LoseSync)
	}
	if o.Torn != nil {
		d.tornPPM = uint32(*o.Torn)
	}
	if o.Flip != nil {
		d.flipPPM = uint32(*o.Flip)
	}
}

// SetRoom bounds how many bytes fit on the disk: beyond them writes fail. 0: no limit.
//
//go:norace
func (f *Files) SetRoom(bytes int64) {
	f.host.outside("Files.SetRoom")
	f.disk.room = bytes
}

// take lets an operation take its time, when a task of the world makes it.
//
//go:norace
func (f *Files) take(call string) {
	t, w := f.host.world.cur, f.host.world
	f.host.outside(call)
	if t == nil {
		return
	}
	if w.probes() {
		w.probe(t, call, "", 0)
	}
	d := &f.disk
	var by time.Duration
	if d.span != (plan.Span{}) {
		by = w.span(&d.waits, d.span)
	}
	if d.slow > 0 {
		by += w.span(&d.waits, slowSpan())
	}
	if by > 0 {
		w.mayWait(t, call)
		w.holdFor(t, by, waitDisk)
	}
}

// append adds to a file what fits on the disk.
//
//go:norace
func (d *disk) append(n *node, b []byte) (int, error) {
	fits := len(b)
	if d.room > 0 {
		fits = int(min(int64(fits), max(d.room-d.used, 0)))
	}
	if d.full > 0 {
		fits = 0
	}
	n.filled.acquire()
	n.data = append(n.data, b[:fits]...)
	n.filled.release()
	d.used += int64(fits)
	if fits > 0 {
		n.ends = append(n.ends, len(n.data))
	}
	if fits < len(b) {
		return fits, noSpaceError{}
	}
	return fits, nil
}

// sync makes what was written survive a crash, unless a fault forgets it.
//
//go:norace
func (f *Files) sync(n *node) {
	d, w := &f.disk, f.host.world
	d.syncs++
	drawn := w.strikesNow() && w.strikes(&d.syncDraws, d.loseSyncPPM)
	if drawn || d.plannedSyncs.at(d.syncs) != nil {
		w.struckAt(f.host, plan.KindSync, d.syncs, plan.Effect{What: plan.EffectLose})
	} else if d.forgetful == 0 {
		n.synced, n.ends = len(n.data), nil
		return
	}
	w.strike(fault.LostSync, f.host, nil, "lost sync")
}

// flip puts one wrong bit into what was read, now and then.
//
//go:norace
func (f *Files) flip(b []byte) {
	d, w := &f.disk, f.host.world
	d.reads++
	if len(b) == 0 {
		return
	}
	d.readDraws.n = d.reads * 2
	if w.strikesNow() && w.strikes(&d.readDraws, d.flipPPM) {
		f.flipBit(b, w.choose(&d.readDraws, uint64(len(b))*8))
	}
	for _, e := range d.plannedReads.at(d.reads) {
		f.flipBit(b, uint64(e.At[0]-1)%uint64(len(b)*8))
	}
}

//go:norace
func (f *Files) flipBit(b []byte, bit uint64) {
	b[bit/8] ^= 1 << (bit % 8)
	f.host.world.strike(fault.DiskFlip, f.host, nil, "disk flip")
	f.host.world.struckAt(f.host, plan.KindRead, f.disk.reads, plan.Effect{What: plan.EffectFlip, At: []int{int(bit) + 1}})
}

// crash loses a drawn part of what was not synced.
//
//go:norace
func (f *Files) crash() { f.crashIn(f.top, "/") }

//go:norace
func (f *Files) crashIn(n *node, name string) {
	if n.dir() {
		for _, e := range n.children.entries {
			f.crashIn(e.node, path.Join(name, e.name))
		}
	}
	if len(n.ends) > 0 {
		f.loseUnsynced(n, name)
	}
}

// loseUnsynced takes back a drawn number of the last writes to a file, or all but a part of the first of them.
//
//go:norace
func (f *Files) loseUnsynced(n *node, name string) {
	h, w, s := f.host, f.host.world, &f.disk.lossDraws
	f.disk.losses++
	s.n = f.disk.losses * tape.PerOccasion
	lost := int(w.choose(s, uint64(len(n.ends)+1)))
	kept := len(n.ends) - lost
	size := n.synced
	if kept > 0 {
		size = n.ends[kept-1]
	}
	if lost > 0 && w.strikes(s, f.disk.tornPPM) {
		if next := n.ends[kept] - size; next > 1 {
			size += 1 + int(w.choose(s, uint64(next-1)))
			w.strike(fault.Torn, h, nil, "torn write in "+name)
		}
	}
	f.disk.used -= int64(len(n.data) - size)
	n.data = n.data[:size:size]
	n.synced, n.ends = size, nil
}

// dropped takes the bytes of a file that is gone off the disk.
//
//go:norace
func (d *disk) dropped(n *node) {
	if n != nil {
		d.used -= int64(len(n.data))
	}
}
