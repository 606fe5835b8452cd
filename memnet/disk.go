// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
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
func (f *Files) append(n *node, name string, b []byte) (int, error) {
	d := &f.disk
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
		n.unsynced = append(n.unsynced, unsynced{end: len(n.data), at: f.host.world.now})
		f.tell(kindWrite, name, fits)
	}
	if fits < len(b) {
		f.tell(kindFull, name, len(b)-fits)
		return fits, errNoSpace
	}
	return fits, nil
}

// sync makes what was written survive a crash, unless a fault forgets it.
//
//go:norace
func (f *Files) sync(n *node, name string) {
	d, w := &f.disk, f.host.world
	d.syncs++
	drawn := w.strikesNow() && w.strikes(&d.syncDraws, d.loseSyncPPM)
	if drawn || d.plannedSyncs.at(d.syncs) != nil {
		w.struckAt(f.host, plan.KindSync, d.syncs, plan.Effect{What: plan.EffectLose})
	} else if d.forgetful == 0 {
		n.synced, n.unsynced, n.lied = len(n.data), nil, 0
		f.tell(kindSync, name, 0)
		return
	}
	n.lied = len(n.unsynced)
	w.strike(fault.LostSync, f.host, nil, "lost sync of "+wholeName(name))
}

// flip puts one wrong bit into what was read, now and then.
//
//go:norace
func (f *Files) flip(b []byte, name string) {
	d, w := &f.disk, f.host.world
	d.reads++
	if len(b) == 0 {
		return
	}
	d.readDraws.n = d.reads * 2
	if w.strikesNow() && w.strikes(&d.readDraws, d.flipPPM) {
		f.flipBit(b, name, w.choose(&d.readDraws, uint64(len(b))*8))
	}
	for _, e := range d.plannedReads.at(d.reads) {
		f.flipBit(b, name, uint64(e.At[0]-1)%uint64(len(b)*8))
	}
}

//go:norace
func (f *Files) flipBit(b []byte, name string, bit uint64) {
	b[bit/8] ^= 1 << (bit % 8)
	f.host.world.strike(fault.DiskFlip, f.host, nil, "disk flip in "+wholeName(name))
	f.host.world.struckAt(f.host, plan.KindRead, f.disk.reads, plan.Effect{What: plan.EffectFlip, At: []int{int(bit) + 1}})
}

// dropped takes the bytes of a file that is gone off the disk.
//
//go:norace
func (d *disk) dropped(n *node) {
	if n != nil {
		d.used -= int64(len(n.data))
	}
}
