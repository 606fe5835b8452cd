// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"time"
)

// SeamCall is one call of a task on the seam, before it does anything: see Config.Probe.
type SeamCall struct {
	At     time.Duration // virtual time
	Host   string        // of the task
	Task   string
	Call   string // such as "Conn.Write"
	Text   string // what it is about, if that is known: a name, a duration, an address
	Detail uint64 // stands for what it is given, such as the bytes of a write
}

// probe tells of a call that the running task makes.
//
//go:norace
func (w *World) probe(t *task, call, text string, detail uint64) {
	c := SeamCall{At: time.Duration(w.now), Host: t.host.name, Task: t.name, Call: call, Text: text, Detail: detail}
	w.probed.acquire()
	goOn := w.cfg.Probe(c)
	w.probed.release()
	if !goOn {
		w.end(Failed, fmt.Errorf("ended by Config.Probe at %s of task %q of host %s", call, t.name, t.host.name))
	}
}

// probes reports whether calls are told.
//
//go:norace
func (w *World) probes() bool { return w.cfg.Probe != nil && w.cur != nil }
