// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"bytes"
	"errors"
	"io"
	"net"
	"time"

	"github.com/twinwire/twinwire/api"
)

const (
	readSize   = 32 << 10 // bytes a pipe takes at once
	pipePieces = 32       // that many reads may be on their way
)

// piece is what one read gave.
type piece struct {
	data []byte
	at   time.Time // when it was read
	end  ending    // of the source behind data; 0: none yet
}

// pipe carries one direction of a relay: fill reads, drain waits and writes. What is between them is bounded, so a
// destination that does not read holds the source up.
type pipe struct {
	relay    *relay
	way      direction
	src, dst net.Conn
	pieces   *api.Queue[piece]
}

func newPipe(r *relay, way direction) *pipe {
	p := &pipe{relay: r, way: way, src: r.near, dst: r.far, pieces: api.NewQueue[piece](r.proxy.dice.rt, pipePieces)}
	if way == fromTarget {
		p.src, p.dst = r.far, r.near
	}
	return p
}

// fill reads until the source ends or nobody takes what was read.
func (p *pipe) fill() {
	buf := make([]byte, readSize)
	for {
		n, err := p.src.Read(buf)
		x := piece{data: bytes.Clone(buf[:n]), at: p.relay.proxy.dice.rt.Now()}
		switch {
		case errors.Is(err, io.EOF):
			x.end = finished
		case err != nil:
			x.end = broken
		}
		if p.pieces.Put(p.relay.ctx, x) != nil || err != nil {
			return
		}
	}
}

// drain writes what was read, when it is due, and says how that ended.
func (p *pipe) drain() {
	defer p.pieces.Close()
	for {
		x, err := p.pieces.Get(p.relay.ctx)
		if err != nil {
			return // the relay is closed
		}
		switch how := p.forward(x); how {
		case 0:
		case abandoned:
			return
		default:
			p.relay.end(p.dst, how)
			return
		}
	}
}

// forward delivers a piece, in fragments and only up to a cut when the dice say so. It returns how the pipe ended, 0
// when it goes on.
func (p *pipe) forward(x piece) ending {
	d := p.relay.proxy.dice
	data, end := x.data, x.end
	if len(data) > 0 && d.strikes(d.profile.ResetPPM) {
		data, end = data[:d.rt.Rand().IntN(len(data)+1)], severed
	}
	for i, fragment := range d.fragments(data) {
		if p.await(x.at) != nil {
			return abandoned
		}
		if len(fragment) == 0 {
			continue
		}
		if i == 1 {
			d.fired(Split)
		}
		if _, err := p.dst.Write(fragment); err != nil {
			return unheard
		}
	}
	if end == severed {
		d.fired(Reset)
	}
	return end
}

// await waits until bytes read at that time are due: the latency has passed and no partition holds them.
func (p *pipe) await(at time.Time) error {
	d := p.relay.proxy.dice
	took, late := d.latency()
	due := at.Add(took)
	if late && d.rt.Now().Before(due) {
		d.fired(Delay)
	}
	for {
		now := d.rt.Now()
		until := p.relay.proxy.link.heals(now, p.way)
		if planned := p.relay.proxy.schedule().heals(now, p.way); planned.After(until) {
			until = planned
		}
		if due.After(until) {
			until = due
		}
		if !now.Before(until) {
			return nil
		}
		if err := api.Sleep(p.relay.ctx, d.rt, until.Sub(now)); err != nil {
			return err
		}
	}
}
