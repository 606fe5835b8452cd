// SPDX-License-Identifier: Apache-2.0

package external

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

const (
	// diagnosesAtOnce is how many blocks are read again at a time: each keeps a processor and a disk busy for as long as it
	// lasts, and those who fetch need them too.
	diagnosesAtOnce = 2
	// diagnosesWaiting is how many requests may wait for that.
	diagnosesWaiting = 100
)

// diagnoses has a few blocks read again at a time, in tasks of their own, and others wait.
type diagnoses struct {
	rt      api.Runtime
	mu      api.Mutex
	running int
	waiting []func()
}

func newDiagnoses(rt api.Runtime) *diagnoses { return &diagnoses{rt: rt, mu: rt.NewMutex()} }

// add has work done. It reports false when too many wait.
func (d *diagnoses) add(work func()) bool {
	d.mu.Lock()
	start, full := d.running < diagnosesAtOnce, len(d.waiting) == diagnosesWaiting
	switch {
	case start:
		d.running++
	case !full:
		d.waiting = append(d.waiting, work)
	}
	d.mu.Unlock()
	if start {
		d.rt.Go("diagnose corruption", func() {
			for ; work != nil; work = d.next() {
				work()
			}
		})
	}
	return start || !full
}

// next is what is to be done next; nil ends the task that asks.
func (d *diagnoses) next() (work func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.waiting) == 0 {
		d.running--
		return nil
	}
	work, d.waiting = d.waiting[0], d.waiting[1:]
	return work
}

// diagnoseSoon answers why a block is corrupt when it has been read again. While many ask that, it is not known.
func (h *handler) diagnoseSoon(c *transport.Client, m blockwire.DiagnoseCorruption, reply transport.RpcReply) {
	if !h.diagnoses.add(func() { h.diagnose(c, m, reply) }) {
		reply.Inline().Success(blockwire.CorruptionCause{Cause: blockwire.UnknownIssue}.Append(nil))
	}
}

func (h *handler) diagnose(c *transport.Client, m blockwire.DiagnoseCorruption, reply transport.RpcReply) {
	if !c.IsActive() { // nobody hears the answer
		return
	}
	dirs, _, err := h.registry.Find(shuffle.ExecutorID{AppID: m.AppID, ExecID: m.ExecID})
	if err != nil {
		h.fail(c, reply.Inline(), err)
		return
	}
	h.counters.diagnoses.Add(1)
	cause := h.store.Diagnose(dirs, shuffle.Diagnosis{
		Output: shuffle.MapOutput{Shuffle: m.ShuffleID, Map: m.MapID}, Reduce: m.ReduceID,
		Algorithm: api.ChecksumAlgorithm(m.Algorithm), Read: m.Checksum,
	})
	reply.Success(blockwire.CorruptionCause{Cause: cause}.Append(nil))
}
