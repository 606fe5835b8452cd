// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"runtime"
	"sync"
	"time"

	"github.com/twinwire/twinwire/memnet"
)

// WhyConfig says which failing run to explain. The zero value of all but Run is usable.
type WhyConfig struct {
	// Run is the failing run, by seed or tape: best one that was shrunk.
	Run RunConfig
	// Budget is how long to try other runs, in real time. 0: 10 s.
	Budget time.Duration
	// Workers is how many runs are made at a time. What comes out does not depend on it, unless the budget ends. 0: as many
	// as Go uses cores.
	Workers int
	// Progress is called now and then with how many runs were made. Nil: not called.
	Progress func(runs int)

	_ struct{}
}

// Explanation says how a failing run came to fail.
type Explanation struct {
	// Run is the run, recorded.
	Run Result
	// Needs says of each choice of the run that was not calm whether it fails without.
	Needs []Need
	// Moments says how likely the failure was as the run went on, in the order of time.
	Moments []Moment
	// Complete reports that the budget was enough for all of Needs and Moments.
	Complete bool
	Runs     int
	Wall     time.Duration
	Replay   string // the command that repeats the run, or empty

	seen []memnet.Sighting
}

// Need is a choice, or several that stand and fall together, and what the run comes to when they are calm.
type Need struct {
	Kind      string        // fault, delay, switch or setting
	What      string        // whose choice it is
	At        time.Duration // virtual time
	Needed    bool          // without it the run passes, or fails in another way
	Otherwise string        // how the run ends without it: a signature, or "passed"
}

// Why finds out why a run fails: it makes the run again with each of its choices calmed, and goes on from moments of it
// by other chances, to see which choices the failure needs and when it became likely. It returns ok false when the run
// does not fail, or not in a way that can be repeated.
func Why(cfg WhyConfig, scenario func() Scenario) (e Explanation, ok bool) {
	if cfg.Budget <= 0 {
		cfg.Budget = defaultBudget
	}
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	run := cfg.Run
	run.Record, run.observe = true, e.see
	e.Run = safely(run, scenario)
	e.Replay = cfg.Run.Replay
	if e.Run.Verdict.OK() || e.Run.Verdict == Stalled || e.Run.Tape == nil {
		return e, false
	}
	cuts, err := cutsOf(e.Run.Tape, scenario())
	if err != nil {
		return e, false
	}
	w := &inquiry{cfg: cfg, began: time.Now(), out: &e, shrinker: shrinker{
		cfg: ShrinkConfig{Run: cfg.Run}, scenario: scenario, signature: e.Run.Signature, limit: patientLimit(e.Run),
		best: candidate{tape: e.Run.Tape, cuts: cuts}, out: Shrunk{First: e.Run},
	}}
	if again, same := w.try(w.best); !same || again.Hash != e.Run.Hash {
		return e, false
	}
	e.Complete = true
	w.needs()
	w.moments()
	e.Wall = time.Since(w.began)
	return e, true
}

// maxSeen bounds how much of a run is kept.
const maxSeen = 1 << 17

func (e *Explanation) see(s memnet.Sighting) {
	if s.Kind == "send" || s.Kind == "arrive" || s.Kind == "miss" {
		s.What = shortKind(s.What)
	}
	if len(e.seen) < maxSeen {
		e.seen = append(e.seen, s)
	}
}

// An inquiry is one call of Why.
type inquiry struct {
	shrinker // to try runs

	cfg   WhyConfig
	began time.Time
	out   *Explanation
}

// tryAll makes runs, several at a time, until the budget ends. It returns of how many, from the first, it knows how they
// ended.
func (w *inquiry) tryAll(all []candidate, ended func(i int, res Result, same bool)) (tried int) {
	for at := 0; at < len(all); at += w.cfg.Workers {
		if time.Since(w.began) >= w.cfg.Budget {
			w.out.Complete = false
			return at
		}
		batch := all[at:min(at+w.cfg.Workers, len(all))]
		results, same := make([]Result, len(batch)), make([]bool, len(batch))
		var wg sync.WaitGroup
		for i, c := range batch {
			wg.Go(func() { results[i], same[i] = w.try(c) })
		}
		wg.Wait()
		for i := range batch {
			ended(at+i, results[i], same[i])
		}
		w.out.Runs += len(batch)
		if w.cfg.Progress != nil {
			w.cfg.Progress(w.out.Runs)
		}
	}
	return len(all)
}
