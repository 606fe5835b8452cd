// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// A segment is what travels on a pipe, and holds the bytes it brought until they are read. The world uses segments and the
// room they have for bytes again and again. A segment has the size of a cache line.
type segment struct {
	pipe  *pipe
	kind  segmentKind
	late  bool   // something delays it: it is lost if its sender is gone before it arrives
	count int32  // of segCredit
	data  []byte // of segData and segHashed
	at    int64  // when it arrives
	seq   uint64
	next  *segment // in its slot, among those that are not read, or among the free
}

type segmentKind uint8

const (
	segSyn    segmentKind = iota + 1 // asks for a connection
	segSynAck                        // grants it
	segRefuse                        // refuses it
	segData
	segFin    // no more data
	segCredit // the reader made room
	segReset
	segLate   // a reset that does not wait for what was sent before it
	segHashed // segData with its hash behind it
)

// ordered reports whether the segment arrives after what was sent before it.
//
//go:norace
func (k segmentKind) ordered() bool { return k != segCredit && k != segLate }

// send puts a segment without data on its way.
//
//go:norace
func (p *pipe) send(kind segmentKind, count int) {
	s := p.newSegment(p.world(), kind)
	s.count = int32(count)
	p.dispatch(s, 0)
}

// sendData puts a copy of b on its way, to arrive so much later than usual.
//
//go:norace
//go:nosplit
func (p *pipe) sendData(w *World, b []byte, late time.Duration) {
	s := p.newSegment(w, segData)
	s.data = append(s.data, b...)
	releaseWith(s.data)
	p.newest = max(p.link.arrival(w, p, s, late), p.newest)
	w.depart(s, p.newest)
}

// sendHashed is sendData of many bytes.
//
//go:norace
func (p *pipe) sendHashed(w *World, b []byte, late time.Duration) {
	s := p.newSegment(w, segHashed)
	s.fillHashed(b)
	releaseWith(s.data)
	p.newest = max(p.link.arrival(w, p, s, late), p.newest)
	w.depart(s, p.newest)
}

// dispatch puts a segment of any kind on its way.
//
//go:norace
func (p *pipe) dispatch(s *segment, late time.Duration) {
	at := p.link.arrival(p.world(), p, s, late)
	if s.kind.ordered() {
		at = max(at, p.newest)
		p.newest = at
	}
	p.world().depart(s, at)
}

//go:norace
func (w *World) depart(s *segment, at int64) {
	w.seq++
	s.at, s.seq = at, w.seq
	w.events.push(w.now, s)
}

// arrive is called when the segment reaches the other end, but not of one that drain may hand over at once.
//
//go:norace
func (s *segment) arrive(w *World) {
	p := s.pipe
	if (p.torn || s.late && p.orphan) && (s.kind == segData || s.kind == segHashed || s.kind == segFin) {
		p.torn, p.marred = true, true
		w.giveSegment(s)
		return
	}
	if p.link.clogs > 0 {
		p.link.clogged = append(p.link.clogged, s)
		return
	}
	if p.link.blocked > 0 || p.holds && s.kind.ordered() {
		p.hold(s)
		return
	}
	p.deliver(s)
}

// deliver hands a segment to the end it was sent to.
//
//go:norace
func (p *pipe) deliver(s *segment) {
	w := p.world()
	switch s.kind {
	case segSyn:
		p.arriveSyn(s.count == refuseIt)
	case segSynAck:
		p.dst.connected()
	case segRefuse:
		p.dst.refused()
	case segData:
		p.arriveData(w, s, hashBytes(s.data))
		return
	case segHashed:
		p.arriveData(w, s, s.filledHash())
		return
	case segFin:
		p.arriveFin()
	case segCredit:
		p.back().arriveCredit(int(s.count))
	case segReset, segLate:
		w.hash(hashArrival, p.key, uint64(s.kind))
		if p.dst != nil {
			p.dst.broken(errReset)
		}
	}
	w.giveSegment(s)
}

const (
	maxData      = 64 << 10 // bytes of one segment; a pipe's offset is less
	keptSegments = 256
)

// newSegment returns a segment without bytes, but perhaps with room for some.
//
//go:norace
func (p *pipe) newSegment(w *World, kind segmentKind) *segment {
	s := w.segments
	if s == nil {
		return &segment{pipe: p, kind: kind}
	}
	w.segments, s.next, s.pipe = s.next, nil, p
	w.spare--
	s.kind, s.data, s.count, s.late = kind, s.data[:0], 0, false
	return s
}

//go:norace
func (w *World) giveSegment(s *segment) {
	if reusesMemory && w.spare < keptSegments {
		w.spare++
		s.next = w.segments
		w.segments = s
	}
}

//go:norace
func (p *pipe) String() string {
	if p.text == "" {
		p.text = p.from.String() + " -> " + p.to.String()
	}
	return p.text
}
