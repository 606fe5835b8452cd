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
	d.arrive(d.data)
}

// send has data arrive some time from now, but not before last, and returns when. Each direction of a connection draws its
// delays from a stream of its own, so that the traffic of one shifts nothing of another's.
func (b *bubble) send(data []byte, delays *rand.Rand, last time.Time, arrive func([]byte)) time.Time {
	at := time.Now().Add(500*time.Microsecond + time.Duration(delays.Int64N(int64(time.Millisecond))))
	if at.Before(last) {
		at = last
	}
	b.seq++
	heap.Push(&b.queue, delivery{at, b.seq, arrive, append([]byte(nil), data...)})
	return at
}

// A delivery is a write on its way.
type delivery struct {
	at     time.Time
	seq    int
	arrive func(data []byte)
	data   []byte
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

func (c conn) Close() error {
	c.out.close()
	return nil
}

// connect returns the two ends of a connection.
func (b *bubble) connect(seed, number uint64) (client, server io.ReadWriteCloser) {
	there, back := b.newPipe(seed, 2*number), b.newPipe(seed, 2*number+1)
	return conn{in: back, out: there}, conn{in: there, out: back}
}

func (b *bubble) newPipe(seed, number uint64) *pipe {
	p := &pipe{net: b, delays: rand.New(rand.NewPCG(seed, number)), ready: make(chan struct{}, 1)}
	p.arriving = p.arrive
	return p
}

// pipe is one direction of a connection.
type pipe struct {
	net      *bubble
	delays   *rand.Rand
	arriving func([]byte)
	ready    chan struct{} // holds one when there may be something to read

	mu     sync.Mutex
	last   time.Time // when the last write arrives: a later one does not overtake it
	unread []byte
	ended  bool
}

func (p *pipe) Write(data []byte) (int, error) {
	p.last = p.net.send(data, p.delays, p.last, p.arriving)
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
