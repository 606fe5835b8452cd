// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"container/heap"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// bubble is the network in a bubble of testing/synctest: what was written and has not arrived.
type bubble struct {
	queue deliveries
	seq   int
	done  int
}

// deliver sleeps until the next write is due and makes it readable.
func (b *bubble) deliver() {
	d := heap.Pop(&b.queue).(delivery)
	time.Sleep(time.Until(d.at))
	d.to.arrive(d.data)
}

// A delivery is a write on its way.
type delivery struct {
	at   time.Time
	seq  int
	to   *pipe
	data []byte
}

type deliveries []delivery

func (d deliveries) Len() int { return len(d) }
func (d deliveries) Less(i, j int) bool {
	return d[i].at.Before(d[j].at) || d[i].at.Equal(d[j].at) && d[i].seq < d[j].seq
}
func (d deliveries) Swap(i, j int) { d[i], d[j] = d[j], d[i] }
func (d *deliveries) Push(x any)   { *d = append(*d, x.(delivery)) }
func (d *deliveries) Pop() any {
	last := (*d)[len(*d)-1]
	*d = (*d)[:len(*d)-1]
	return last
}

// conn is one end of a connection.
type conn struct{ in, out *pipe }

func (c conn) Read(b []byte) (int, error)  { return c.in.Read(b) }
func (c conn) Write(b []byte) (int, error) { return c.out.Write(b) }

// connect returns the two ends of a connection. Each direction draws its delays from a stream of its own, so that the
// traffic of one shifts nothing of another's.
func (b *bubble) connect(seed, number uint64) (client, server conn) {
	there := &pipe{net: b, delays: rand.New(rand.NewPCG(seed, 2*number)), ready: make(chan struct{}, 1)}
	back := &pipe{net: b, delays: rand.New(rand.NewPCG(seed, 2*number+1)), ready: make(chan struct{}, 1)}
	return conn{in: back, out: there}, conn{in: there, out: back}
}

// pipe is one direction of a connection.
type pipe struct {
	net    *bubble
	delays *rand.Rand
	ready  chan struct{} // holds one when there may be something to read

	mu     sync.Mutex
	last   time.Time // when the last write arrives: a later one does not overtake it
	unread []byte
	ended  bool
}

func (p *pipe) Write(data []byte) (int, error) {
	at := time.Now().Add(500*time.Microsecond + time.Duration(p.delays.Int64N(int64(time.Millisecond))))
	if at.Before(p.last) {
		at = p.last
	}
	p.last = at
	p.net.seq++
	heap.Push(&p.net.queue, delivery{at, p.net.seq, p, append([]byte(nil), data...)})
	return len(data), nil
}

// arrive makes data readable.
func (p *pipe) arrive(data []byte) {
	p.mu.Lock()
	p.unread = append(p.unread, data...)
	p.mu.Unlock()
	p.wake()
}

// close ends the stream at once: its writer has read every answer, so nothing is on its way.
func (p *pipe) close() {
	p.mu.Lock()
	p.ended = true
	p.mu.Unlock()
	p.wake()
}

func (p *pipe) wake() {
	select {
	case p.ready <- struct{}{}:
	default:
	}
}

func (p *pipe) Read(b []byte) (int, error) {
	for {
		p.mu.Lock()
		n, ended := copy(b, p.unread), p.ended
		if p.unread = p.unread[n:]; len(p.unread) == 0 {
			p.unread = nil
		}
		p.mu.Unlock()
		switch {
		case n > 0:
			return n, nil
		case ended:
			return 0, io.EOF
		}
		<-p.ready
	}
}
