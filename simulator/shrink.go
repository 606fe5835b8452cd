// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"time"
)

// ShrinkConfig says how to shrink. The zero value is usable.
type ShrinkConfig struct {
	// Run is the failing run: its seed or tape, strategy and limits.
	Run RunConfig
	// Budget is how long to try, in real time. 0: 10 s.
	Budget time.Duration
	// Workers is how many runs are made at a time. What comes out does not depend on it, unless the budget ends. 0: as many
	// as Go uses cores.
	Workers int
	// Progress is called after every few runs with what is known so far; it should not take long. Nil: not called.
	Progress func(Shrunk)

	_ struct{}
}

// Shrunk is a failing run, and the smallest run found that fails in the same way.
type Shrunk struct {
	First, Last Result // both recorded: Last.Tape repeats the smallest
	Runs        int
	Wall        time.Duration
	Complete    bool   // nothing is left to try: every part of the last run is needed
	Replay      string // the command that repeats the last run, or empty
	Story       string // the file that tells how the last run came to fail, or empty
}

const defaultBudget = 10 * time.Second

// Shrink looks for a smaller run that fails with the same signature: with fewer and shorter faults, fewer hosts and
// operations, without delays and context switches. It returns ok false when the run does not fail, or not in a way that
// can be repeated.
func Shrink(cfg ShrinkConfig, scenario func() Scenario) (s Shrunk, ok bool) {
	if cfg.Budget <= 0 {
		cfg.Budget = defaultBudget
	}
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	k := &shrinker{cfg: cfg, scenario: scenario, began: time.Now()}
	cfg.Run.Record = true
	first := safely(cfg.Run, scenario)
	if first.Verdict.OK() || first.Verdict == Stalled || first.Tape == nil {
		return Shrunk{First: first, Last: first}, false
	}
	k.signature = first.Signature
	k.out = Shrunk{First: first, Last: first}
	k.limit = 4*first.Steps + 10_000
	cuts, err := cutsOf(first.Tape, scenario())
	if err != nil {
		return k.out, false
	}
	k.best = candidate{tape: first.Tape, cuts: cuts}
	again, ok := k.try(k.best)
	if !ok || again.Hash != first.Hash {
		return k.out, false
	}
	k.out.Complete = k.shrink()
	k.findOrigins()
	k.out.Wall = time.Since(k.began)
	return k.out, true
}

// A candidate is a run to try.
type candidate struct {
	tape    *Tape
	cuts    cuts
	without []FaultKind // if there are any, the tape's own seed decides what it does not list, but for these
}

type shrinker struct {
	cfg       ShrinkConfig
	scenario  func() Scenario
	began     time.Time
	signature string
	limit     uint64 // of steps: a candidate may be stuck

	best candidate
	out  Shrunk
}

// shrink makes passes until one changes nothing. It returns false when the time is over.
func (k *shrinker) shrink() bool {
	passes := []func(){
		func() { k.dropChoices(classFault) },
		k.dropKinds,
		k.renumber,
		k.shorten,
		k.dropHosts,
		k.dropOperations,
		k.dropOperationsSooner,
		func() { k.dropChoices(classDelay) },
		func() { k.dropChoices(classSwitch) },
		func() { k.dropChoices(classSetting) },
	}
	for {
		before := k.out.Last.Hash
		choices := len(k.best.tape.Choices)
		for _, pass := range passes {
			if pass(); k.late() {
				return false
			}
		}
		if k.out.Last.Hash == before && len(k.best.tape.Choices) == choices {
			return true
		}
	}
}

func (k *shrinker) late() bool { return time.Since(k.began) >= k.cfg.Budget }

// try makes a run, and says whether it fails in the same way.
func (k *shrinker) try(c candidate) (Result, bool) {
	if c.without != nil {
		return k.seek(c)
	}
	cfg := k.cfg.Run
	t := c.tape.Clone()
	t.Notes = c.cuts.notes("", cmp.Or(cfg.Faults.Name, c.tape.Note(noteFaults)))
	cfg.Tape, cfg.Record, cfg.MaxSteps = t, true, k.limit
	res := safely(cfg, k.scenario)
	return res, k.same(res)
}

// findOrigins has a smallest run that leaks tell where what it leaves behind was made.
func (k *shrinker) findOrigins() {
	if !k.out.Last.leaked() {
		return
	}
	k.cfg.Run.origins = true
	if res, ok := k.try(k.best); ok && res.Hash == k.out.Last.Hash {
		k.out.Last.Err = res.Err
	}
}

// first returns the first of the candidates, which are made one after the other, that fails in the same way; several
// are tried at a time. The best is then that one.
func (k *shrinker) first(candidates []func() candidate) (index int, found bool) {
	for at := 0; at < len(candidates) && !k.late(); at += k.cfg.Workers {
		batch := candidates[at:min(at+k.cfg.Workers, len(candidates))]
		results, failed := make([]Result, len(batch)), make([]bool, len(batch))
		tried := make([]candidate, len(batch))
		var wg sync.WaitGroup
		for i, candidate := range batch {
			tried[i] = candidate()
			wg.Go(func() { results[i], failed[i] = k.try(tried[i]) })
		}
		wg.Wait()
		k.out.Runs += len(batch)
		if i := slices.Index(failed, true); i >= 0 {
			k.accept(tried[i], results[i])
			return at + i, true
		}
		k.progress()
	}
	return 0, false
}

func (k *shrinker) progress() {
	k.out.Wall = time.Since(k.began)
	if k.cfg.Progress != nil {
		k.cfg.Progress(k.out)
	}
}

// accept makes a candidate the best. Its own recording replaces its tape: what it did not need is gone.
func (k *shrinker) accept(c candidate, res Result) {
	k.best = candidate{tape: res.Tape, cuts: c.cuts}
	k.out.Last = res
	k.progress()
}
