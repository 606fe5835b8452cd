// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

// watchEnd is how a watched endpoint ends.
type watchEnd int

const (
	endStopped  watchEnd = iota // it is stopped
	endReplaced                 // it is stopped, and so is another one that got its name
	endShutdown                 // its env is shut down
	endForgot                   // it is stopped after the watch was
	watchEnds
)

func (e watchEnd) String() string {
	return [...]string{"stopped", "replaced", "env shut down", "stopped after the watch"}[e]
}

type watchPlan struct {
	conditions
	Route    route
	End      watchEnd
	Watches  int
	CutRead  []int // cuts of the watching env's connections
	Answered bool  // the connection is there before the watch
}

func drawWatch(t *rapid.T) watchPlan {
	return watchPlan{
		conditions: drawFair(t), Route: drawRoute(t),
		End:      watchEnd(rapid.IntRange(0, int(watchEnds)-1).Draw(t, "end")),
		Watches:  rapid.IntRange(1, 3).Draw(t, "watches"),
		CutRead:  rapid.SliceOfN(rapid.IntRange(1, 600), 0, 2).Draw(t, "cut read"),
		Answered: rapid.Bool().Draw(t, "answered"),
	}
}

func watchTells(t *trial, p watchPlan) {
	n := t.tamper(t.world.Host("client"), tampering{CutRead: p.CutRead})
	pair := t.rpcPair(p.Route, quickConnect(n), t.desk().endpoint())
	watched := t.setup(pair.server, pair.serverEnv, "watched", t.desk().endpoint())
	var told []error
	var stops []func()
	t.on(pair.client, "watch", func() {
		if p.Answered {
			_ = t.ask(t.ctx, pair.ref, question{}) // a cut may end it
		}
		for range p.Watches {
			stops = append(stops, pair.clientEnv.Watch(pair.clientEnv.EndpointRef(watched.Address()), func(cause error) {
				t.record(func() { told = append(told, cause) })
			}))
		}
		if p.End == endForgot {
			for _, stop := range stops {
				stop()
			}
		}
	})
	t.on(pair.server, "end it", func() {
		switch p.End {
		case endShutdown:
			t.must(pair.serverEnv.Shutdown(t.ctx), "shut down")
		default:
			pair.serverEnv.Stop(watched)
		}
	})
	if p.End == endReplaced { // a watch that comes late is of the other one
		other := t.setup(pair.server, pair.serverEnv, "watched", t.desk().endpoint())
		t.on(pair.server, "end that too", func() { pair.serverEnv.Stop(other) })
	}
	want := p.Watches
	if p.End == endForgot {
		want = 0
	}
	t.until("every watch to tell", func() bool { return len(told) >= want })
	t.finish()
	if len(told) != want {
		t.errorf("%d watches of an endpoint that ended (%v) told %d times: %v", p.Watches, p.End, len(told), told)
	}
	for _, cause := range told {
		if !errors.Is(cause, api.ErrEndpointStopped) && !errors.Is(cause, api.ErrEndpointNotFound) && !isGone(cause) {
			t.errorf("a watch told of an endpoint that ended (%v): %v", p.End, cause)
		}
	}
}
