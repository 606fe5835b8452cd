// SPDX-License-Identifier: Apache-2.0

package memnet

// A pipe is one direction of a connection: a stream of bytes that arrive in order or not at all after an error.
type pipe struct {
	// What every segment and every read look at stands together: one line of the processor's cache.
	link   *link
	dst    *conn    // nil until the request for a connection arrives
	key    uint64   // for the trace
	newest int64    // when the newest ordered segment arrives
	unread *segment // the first that arrived and is not read
	last   *segment // of those
	credit int32    // bytes the source may still send
	freed  int32    // bytes read since the source was told
	offset uint16   // of the first, read
	torn   bool     // bytes were lost: nothing but a reset may come behind them
	orphan bool     // nobody is left to send anything again
	holds  bool     // there are held
	marred bool     // it is or was one of these three: arrivals look closer
	fin    bool     // the end arrived
	closed bool     // the source sent its end

	ends     edge       // what asked for the connection, and what ended the stream
	held     []*segment // by a partition
	src      *conn
	from, to address
	text     string       // of both, when it was asked for
	observed *observedWay // nil: not yet, or nobody observes
	since    int64        // when the first of held was held
	giveUp   timer
}

// window is how many bytes of one direction may be on the way or unread: beyond that, writers wait.
const window = 256 << 10

//go:norace
func (p *pipe) world() *World { return p.link.to.world }

// back returns the other direction.
//
//go:norace
func (p *pipe) back() *pipe { return p.dst.out }

// read moves arrived bytes to b.
//
//go:norace
func (p *pipe) read(b []byte) int {
	var n int
	if s := p.unread; s != nil && s.next == nil && p.offset == 0 && len(s.data) <= len(b) { // as most often
		acquireWith(s.data)
		n = copy(b, s.data)
		p.unread = nil
		p.world().giveSegment(s)
	} else {
		n = p.readPieces(b)
	}
	p.free(n)
	return n
}

// free tells the source, now and then, of the bytes that were read.
//
//go:norace
func (p *pipe) free(n int) {
	if p.freed += int32(n); p.freed >= window/4 {
		p.tellFreed()
	}
}

//go:norace
func (p *pipe) tellFreed() {
	p.back().send(segCredit, int(p.freed))
	p.freed = 0
}

//go:norace
func (p *pipe) readPieces(b []byte) int {
	n := 0
	for n < len(b) && p.unread != nil {
		s := p.unread
		acquireWith(s.data)
		m := copy(b[n:], s.data[p.offset:])
		n += m
		if at := int(p.offset) + m; at < len(s.data) {
			p.offset = uint16(at)
		} else {
			p.shift()
		}
	}
	return n
}

// shift drops the first segment that is not read.
//
//go:norace
func (p *pipe) shift() {
	s := p.unread
	p.unread, p.offset = s.next, 0
	p.world().giveSegment(s)
}

// arriveData lets a segment arrive, with the hash of its bytes.
//
//go:norace
func (p *pipe) arriveData(w *World, s *segment, hash uint64) {
	w.hash(hashArrival, p.key, hash)
	if place := w.trace.place(); place != nil { // as note, without the copy
		if place.kind != kindDeliver {
			*place = happening{kind: kindDeliver}
		}
		place.at, place.host, place.pipe, place.n = w.now, p.link.to, p, int64(len(s.data))
	}
	if w.observer != nil {
		w.observer.arrive(p, len(s.data))
	}
	c := p.dst
	if c.impaired && p.arriveInVain(w, s) {
		return
	}
	if p.unread == nil {
		p.unread, p.last = s, s
	} else {
		p.last.next = s
		p.last = s
	}
	if c.reader != nil {
		c.wakeReaders()
	}
}

// arriveInVain reports whether nobody is there to read the segment.
//
//go:norace
func (p *pipe) arriveInVain(w *World, s *segment) bool {
	silent := p.dst.silent()
	if !silent && p.dst.err == nil {
		return false
	}
	w.giveSegment(s)
	if silent {
		p.back().send(segLate, 0)
	}
	return true
}

//go:norace
func (p *pipe) arriveFin() {
	p.world().hash(hashArrival, p.key, uint64(segFin))
	p.fin = true
	p.dst.wakeReaders()
}

//go:norace
func (p *pipe) arriveCredit(n int) {
	p.credit += int32(n)
	p.world().wakeAll(&p.src.writers)
}

// drop forgets what arrived and was not read.
//
//go:norace
func (p *pipe) drop() {
	for p.unread != nil {
		p.shift()
	}
}
