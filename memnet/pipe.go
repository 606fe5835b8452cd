// SPDX-License-Identifier: Apache-2.0

package memnet

// A pipe is one direction of a connection: a stream of bytes that arrive in order or not at all after an error.
type pipe struct {
	// What every segment and every read look at stands together.
	world  *World
	link   *link
	dst    *conn  // nil until the request for a connection arrives
	key    uint64 // for the trace
	newest int64  // when the newest ordered segment arrives
	credit int    // bytes the source may still send
	freed  int    // bytes read since the source was told
	torn   bool   // bytes were lost: nothing but a reset may come behind them
	orphan bool   // nobody is left to send anything again
	fin    bool   // the end arrived
	closed bool   // the source sent its end
	ends   edge   // what asked for the connection, and what ended the stream

	chunks [][]byte   // arrived, not read
	offset int        // of the first chunk, read
	held   []*segment // by a partition
	chunk  [1][]byte  // what chunks has room for, nearly always enough

	src      *conn
	from, to address
	text     string       // of both, when it was asked for
	observed *observedWay // nil: not yet, or nobody observes
	since    int64        // when the first of held was held
	giveUp   timer
}

// window is how many bytes of one direction may be on the way or unread: beyond that, writers wait.
const window = 256 << 10

// back returns the other direction.
//
//go:norace
func (p *pipe) back() *pipe { return p.dst.out }

// unread reports whether there is something to read.
//
//go:norace
func (p *pipe) unread() bool { return len(p.chunks) > 0 }

// read moves arrived bytes to b and, now and then, tells the source that there is room again.
//
//go:norace
func (p *pipe) read(b []byte) int {
	n := 0
	for n < len(b) && len(p.chunks) > 0 {
		c := p.chunks[0]
		acquireWith(c)
		m := copy(b[n:], c[p.offset:])
		n += m
		p.offset += m
		if p.offset < len(c) {
			break
		}
		p.world.giveChunk(c)
		p.shift()
	}
	p.freed += n
	if p.freed >= window/4 {
		p.back().send(segCredit, nil, p.freed, 0)
		p.freed = 0
	}
	return n
}

// shift drops the first chunk.
//
//go:norace
func (p *pipe) shift() {
	p.offset = 0
	if len(p.chunks) == 1 {
		p.chunks[0] = nil
		p.chunks = p.chunks[:0]
		return
	}
	for i := 1; i < len(p.chunks); i++ { // copy would tell the race detector
		p.chunks[i-1] = p.chunks[i]
	}
	p.chunks[len(p.chunks)-1] = nil
	p.chunks = p.chunks[:len(p.chunks)-1]
}

//go:norace
func (p *pipe) arriveData(data []byte) {
	w := p.world
	w.hash(hashArrival, p.key, hashBytes(data))
	if place := w.trace.place(); place != nil { // as note, without the copy
		*place = happening{at: w.now, kind: kindDeliver, host: p.link.to, pipe: p, n: int64(len(data))}
	}
	if w.observer != nil {
		w.observer.arrive(p, len(data))
	}
	switch {
	case p.dst.silent():
		w.giveChunk(data)
		p.back().send(segLate, nil, 0, 0)
	case p.dst.err != nil:
		w.giveChunk(data)
	default:
		p.chunks = append(p.chunks, data)
		w.wakeAll(&p.dst.readers)
	}
}

//go:norace
func (p *pipe) arriveFin() {
	p.world.hash(hashArrival, p.key, uint64(segFin))
	p.fin = true
	p.world.wakeAll(&p.dst.readers)
}

//go:norace
func (p *pipe) arriveCredit(n int) {
	p.credit += n
	p.world.wakeAll(&p.src.writers)
}

// drop forgets what arrived and was not read.
//
//go:norace
func (p *pipe) drop() {
	for _, c := range p.chunks {
		p.world.giveChunk(c)
	}
	p.chunks, p.offset = nil, 0
}
