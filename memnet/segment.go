// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// A segment is what travels on a pipe.
type segment struct {
	pipe  *pipe
	kind  segmentKind
	data  []byte // of segData, owned
	count int    // of segCredit
	late  bool   // something delays it: it is lost if its sender is gone before it arrives

	at   int64 // when it arrives
	seq  uint64
	next *segment // in its slot, or among the free
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
	segLate // a reset that does not wait for what was sent before it
)

// ordered reports whether the segment arrives after what was sent before it.
//
//go:norace
func (k segmentKind) ordered() bool { return k != segCredit && k != segLate }

// send puts a segment on its way, to arrive so much later than usual.
//
//go:norace
func (p *pipe) send(kind segmentKind, data []byte, count int, late time.Duration) {
	w := p.world
	s := w.takeSegment()
	s.pipe, s.kind, s.data, s.count = p, kind, data, count
	at := p.link.arrival(w, p, s, late)
	if kind.ordered() {
		at = max(at, p.newest)
		p.newest = at
	}
	w.seq++
	s.at, s.seq = at, w.seq
	w.events.push(w.now, s)
}

// arrive is called when the segment reaches the other end, unless a partition holds it up.
//
//go:norace
func (s *segment) arrive(w *World) {
	p := s.pipe
	if (p.torn || s.late && p.orphan) && (s.kind == segData || s.kind == segFin) {
		p.torn = true
		w.giveSegment(s)
		return
	}
	if p.link.clogs > 0 {
		p.link.clogged = append(p.link.clogged, s)
		return
	}
	if p.link.blocked > 0 || len(p.held) > 0 && s.kind.ordered() {
		p.hold(s)
		return
	}
	p.deliver(s)
}

// deliver hands a segment to the end it was sent to.
//
//go:norace
func (p *pipe) deliver(s *segment) {
	w := p.world
	switch s.kind {
	case segSyn:
		p.arriveSyn(s.count == refuseIt)
	case segSynAck:
		p.dst.connected()
	case segRefuse:
		p.dst.refused()
	case segData:
		p.arriveData(s.data)
		s.data = nil
	case segFin:
		p.arriveFin()
	case segCredit:
		p.back().arriveCredit(s.count)
	case segReset, segLate:
		w.hash(hashArrival, p.key, uint64(s.kind))
		if p.dst != nil {
			p.dst.broken(errReset)
		}
	}
	w.giveSegment(s)
}

//go:norace
func (w *World) takeSegment() *segment {
	s := w.segments
	if s == nil {
		return &segment{}
	}
	w.segments, s.next = s.next, nil
	return s
}

//go:norace
func (w *World) giveSegment(s *segment) {
	if s.data != nil {
		w.giveChunk(s.data)
	}
	*s = segment{next: w.segments}
	w.segments = s
}

const (
	maxChunk   = 64 << 10 // bytes of one segment
	keptChunks = 256
)

// takeChunk returns a copy of b.
//
//go:norace
func (w *World) takeChunk(b []byte) []byte {
	var c []byte
	if n := len(w.chunks); n > 0 {
		c = w.chunks[n-1]
		w.chunks = w.chunks[:n-1]
	}
	c = append(c[:0], b...)
	releaseWith(c)
	return c
}

//go:norace
func (w *World) giveChunk(c []byte) {
	if reusesMemory && len(w.chunks) < keptChunks {
		w.chunks = append(w.chunks, c)
	}
}

//go:norace
func (p *pipe) String() string {
	if p.text == "" {
		p.text = p.from.String() + " -> " + p.to.String()
	}
	return p.text
}
