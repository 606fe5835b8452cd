// SPDX-License-Identifier: Apache-2.0

package memnet

import "github.com/twinwire/twinwire/internal/fault"

// Partition cuts the network between a and b in both directions until it is healed. What is sent waits and is sent
// again, as TCP does; a connection that delivers nothing for 15 s is reset. Partitions add up. It is called by a task.
//
//go:norace
func (w *World) Partition(a, b *Host) {
	w.root.enter("World.Partition")
	w.cut("partition "+a.name+" | "+b.name, w.link(a, b), w.link(b, a))
}

// PartitionOneWay cuts only what from sends to to.
//
//go:norace
func (w *World) PartitionOneWay(from, to *Host) {
	w.root.enter("World.PartitionOneWay")
	w.cut("partition "+from.name+" -> "+to.name, w.link(from, to))
}

// Isolate cuts h off from all other hosts.
//
//go:norace
func (w *World) Isolate(h *Host) {
	w.root.enter("World.Isolate")
	w.cut("isolate "+h.name, w.around(h)...)
}

// Heal ends every partition between a and b, those of the profile included.
//
//go:norace
func (w *World) Heal(a, b *Host) {
	w.root.enter("World.Heal")
	w.note(happening{kind: kindHeal, text: a.name + " | " + b.name})
	w.heal(w.link(a, b), w.link(b, a))
}

// HealAll ends every partition.
//
//go:norace
func (w *World) HealAll() {
	w.root.enter("World.HealAll")
	w.note(happening{kind: kindHeal, text: "all"})
	for _, a := range w.order {
		w.heal(w.around(a)...)
	}
}

// ResetConnections resets every connection between a and b.
//
//go:norace
func (w *World) ResetConnections(a, b *Host) {
	w.root.enter("World.ResetConnections")
	for _, c := range append([]*conn(nil), a.inc.conns...) {
		if c.remote.host == b && c.open() {
			w.strike(fault.Reset, a, c.out, "")
			c.reset()
		}
	}
}

// around returns the links of h with all other hosts, both ways.
//
//go:norace
func (w *World) around(h *Host) []*link {
	var all []*link
	for _, o := range w.order {
		if o != h {
			all = append(all, w.link(h, o), w.link(o, h))
		}
	}
	return all
}

// cut blocks links and returns what ends that, unless they were healed before.
//
//go:norace
func (w *World) cut(text string, links ...*link) (end func()) {
	w.strike(fault.Partition, nil, nil, text)
	if len(links) == 0 {
		return func() {}
	}
	epochs := make([]uint64, len(links))
	for i, l := range links {
		epochs[i] = l.epoch
		if !l.settings.loopback {
			l.blocked++
		}
	}
	return func() { w.uncut(text, links, epochs) }
}

// uncut ends a cut, where it was not healed before.
//
//go:norace
func (w *World) uncut(text string, links []*link, epochs []uint64) {
	w.note(happening{kind: kindHeal, text: "end of " + text})
	for i, l := range links {
		if l.epoch == epochs[i] && l.blocked > 0 {
			l.blocked--
			l.resume()
		}
	}
}

//go:norace
func (w *World) heal(links ...*link) {
	for _, l := range links {
		l.epoch++
		l.blocked = 0
		if l.clogs > 0 {
			l.clogs = 1
			l.unclog()
		}
		l.resume()
	}
}

// resume lets what waits at an open link be sent again.
//
//go:norace
func (l *link) resume() {
	if l.blocked > 0 {
		return
	}
	stalled := l.stalled
	l.stalled = nil
	for _, p := range stalled {
		if len(p.held) > 0 {
			p.healed()
		}
	}
}
