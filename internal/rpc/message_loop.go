// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"slices"

	"github.com/twinwire/twinwire/api"
)

// schedule hands an inbox with work to a loop.
func (d *dispatcher) schedule(in *inbox) {
	d.mu.Lock()
	d.ready = append(d.ready, in)
	d.staff()
}

// staff gives waiting work to an idle loop or a new one, if one more may be busy. It is called with mu held and returns
// without it.
func (d *dispatcher) staff() {
	var wake api.Waiter
	start := false
	if len(d.ready) > 0 && d.busy < d.env.cfg.MessageLoops {
		if n := len(d.idle); n > 0 {
			wake = d.idle[n-1]
			d.idle = d.idle[:n-1]
		} else {
			start = true
		}
	}
	d.mu.Unlock()
	if wake != nil {
		wake.Wake()
	}
	if start {
		d.env.rt.Go("message loop", d.loop)
	}
}

// loop is a message loop. It ends with the dispatcher, or when enough others idle.
func (d *dispatcher) loop() {
	me := d.env.rt.NewWaiter()
	for {
		in, wait := d.next(me)
		switch {
		case in != nil:
			more := in.process(batch)
			d.mu.Lock()
			d.busy--
			if more {
				d.ready = append(d.ready, in)
			}
			d.mu.Unlock()
		case wait:
			_ = me.Wait(nil) //nolint:staticcheck // a nil context: until there is work
			d.mu.Lock()
			d.idle = slices.DeleteFunc(d.idle, func(w api.Waiter) bool { return w == me })
			d.mu.Unlock()
		default:
			return
		}
	}
}

// next takes an inbox to process; wait says that there is none now, and the loop is listed as idle.
func (d *dispatcher) next(me api.Waiter) (in *inbox, wait bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case len(d.ready) > 0 && d.busy < d.env.cfg.MessageLoops:
		d.busy++
		in = d.ready[0]
		d.ready = d.ready[1:]
		return in, false
	case d.done || len(d.idle) >= d.env.cfg.MessageLoops:
		return nil, false
	}
	d.idle = append(d.idle, me)
	return nil, true
}

// lend gives the place of a loop whose handler waits to another; takeBack ends that.
func (d *dispatcher) lend() {
	d.mu.Lock()
	d.busy--
	d.staff()
}

func (d *dispatcher) takeBack() {
	d.mu.Lock()
	d.busy++
	d.mu.Unlock()
}
