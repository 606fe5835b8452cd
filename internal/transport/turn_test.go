// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/netty"
)

// spin waits for what another processor does at once, so that both go on as nearly together as can be.
func spin(done func() bool) {
	for n := 1; !done(); n++ {
		if n%10_000 == 0 { // there is no other processor
			runtime.Gosched()
		}
	}
}

// TestTurnThatBeginsWhileTheWatchLooks: the watch looks at it once more, or nobody would relieve a reading task that is
// held up.
func TestTurnThatBeginsWhileTheWatchLooks(t *testing.T) {
	w := transport.NewWatched(netty.NewRuntime(), &writeLog{})
	const rounds = 30_000
	var at, looked atomic.Int64
	go func() {
		for n := int64(1); n <= rounds; n++ {
			spin(func() bool { return at.Load() >= n })
			w.Look()
			looked.Store(n)
		}
	}()
	for n := int64(1); n <= rounds; n++ {
		w.Await()
		at.Store(n)
		w.Begin()
		spin(func() bool { return looked.Load() == n })
		if w.Forgotten() {
			at.Store(rounds) // the other goes on to its end
			t.Fatalf("round %d: a turn lasts, and the watch is not set", n)
		}
	}
}

// worker is an application that does its work on the reading task, once for each request that came: what it is told to.
type worker struct {
	*app
	owed    atomic.Bool
	reading atomic.Int32 // tasks that read, or were seen to at once
	jobs    chan func(c *transport.Client, turn transport.Turn)
	ended   chan bool // whether each found itself relieved
}

func (w *worker) ReceiveOneWay(c *transport.Client, body []byte) {
	if w.reading.Add(1) > 1 {
		w.app.ReceiveOneWay(c, []byte("two tasks read"))
	}
	w.app.ReceiveOneWay(c, body)
	w.owed.Store(string(body) == "work")
	w.reading.Add(-1)
}

func (w *worker) Drained(*transport.Client) {}

func (w *worker) Work(c *transport.Client) bool {
	if !w.owed.Swap(false) {
		return false
	}
	relieved := c.Work(func(turn transport.Turn) { (<-w.jobs)(c, turn) })
	w.ended <- relieved
	return relieved
}

// TestTurns: a reading task that works for its handler reads on when that is done; when it is held up, or ended, one other
// task does, and a turn that is over relieves nobody.
func TestTurns(t *testing.T) {
	onMachine(t, func(s *stage) {
		w := &worker{app: &app{}, jobs: make(chan func(*transport.Client, transport.Turn)), ended: make(chan bool, 1)}
		c, p := s.meetFrom(s.factoryOf(transport.Config{}, w))
		heard := 0
		send := func(text string) {
			p.send(wire.OneWayMessage{Body: []byte(text)})
			heard++
		}
		all := func() {
			t.Helper()
			s.until("what was sent", func() bool { return w.count(func(a *app) int { return len(a.oneWay) }) == heard })
		}
		// lasts has a job done until its turn lasts to its end: on a busy machine the watch may find one held up that is short.
		lasts := func(job func(*transport.Client, transport.Turn)) bool {
			for range 100 {
				send("work")
				w.jobs <- job
				if !<-w.ended {
					return true
				}
			}
			return false
		}
		var past transport.Turn
		if !lasts(func(_ *transport.Client, turn transport.Turn) { past = turn }) {
			t.Error("short turns were relieved")
		}
		if !lasts(func(c *transport.Client, turn transport.Turn) {
			if c.Relieve(past); turn == past {
				t.Error("two turns are one")
			}
		}) {
			t.Error("relieved by a turn that was over")
		}
		send("work")
		w.jobs <- func(c *transport.Client, turn transport.Turn) { c.Relieve(turn); c.Relieve(turn) }
		if !<-w.ended {
			t.Error("not relieved")
		}
		send("read")
		all()
		for range 3 { // held up: nobody but the watch knows
			send("work")
			goOn := make(chan bool)
			w.jobs <- func(*transport.Client, transport.Turn) { <-goOn }
			send("read")
			all()
			close(goOn)
			if !<-w.ended {
				t.Error("held up, and not relieved")
			}
		}
		send("work")
		w.jobs <- func(*transport.Client, transport.Turn) { runtime.Goexit() }
		send("read")
		all()
		if c.Relieve(past); !c.IsActive() {
			t.Error("the connection has ended")
		}
		for range 100 {
			send("read")
		}
		all()
		for _, text := range w.oneWay {
			if text != "work" && text != "read" {
				t.Error(text)
			}
		}
	})
}
