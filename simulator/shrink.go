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
	k := newShrinker(cfg, scenario)
	if !k.begin() {
		return k.out, false
	}
	k.out.Complete = k.shrink()
	k.complete()
	k.out.Wall = time.Since(k.began)
	return k.out, true
}

type shrinker struct {
	cfg       ShrinkConfig
	scenario  func() Scenario
	began     time.Time
	signature string
	limit     uint64               // of steps: a candidate may be stuck
	tried     map[uint64]rejection // candidates that did not do, by their keys

	best candidate
	out  Shrunk
}

func newShrinker(cfg ShrinkConfig, scenario func() Scenario) *shrinker {
	if cfg.Budget <= 0 {
		cfg.Budget = defaultBudget
	}
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	return &shrinker{cfg: cfg, scenario: scenario, began: time.Now(), tried: map[uint64]rejection{}}
}

// begin makes the run that is to be shrunk. It returns false when that cannot be done.
func (k *shrinker) begin() bool {
	cfg := k.cfg.Run
	cfg.Record = true
	first := safely(cfg, k.scenario)
	k.out = Shrunk{First: first, Last: first}
	if first.Verdict.OK() || first.Verdict == Stalled || first.Tape == nil {
		return false
	}
	k.signature, k.limit = first.Signature, patientLimit(first)
	cuts, err := cutsOf(first.Tape, k.scenario())
	if err != nil {
		return false
	}
	k.best = candidate{tape: first.Tape, cuts: cuts}
	again, ok := k.try(k.best)
	return ok && again.Hash == first.Hash
}

// shrink makes passes until they change nothing: first with runs that are given up early, then with patience for those that
// were. It returns false when the time is over.
func (k *shrinker) shrink() bool {
	patient := k.limit
	k.limit = min(patient, hastyLimit(k.out.First))
	if !k.settle() {
		return false
	}
	k.limit = patient
	k.forgive()
	return k.settle()
}

// settle makes the passes, and those that take many runs once the others change nothing.
func (k *shrinker) settle() bool {
	quick := []func(){
		k.dropPurposes,
		k.dropHosts,
		k.quieten,
		func() { k.dropChoices(classFault) },
		k.gamble,
		k.dropKinds,
		k.renumber,
		k.dropOperations,
		k.shorten,
		func() { k.dropChoices(classDelay) },
		func() { k.dropChoices(classSwitch) },
		func() { k.dropChoices(classSetting) },
	}
	return k.untilStable([]func(){func() { k.untilStable(quick) }, k.alone, k.dropSooner})
}

// untilStable makes passes until a round of them changes nothing. It returns false when the time is over.
func (k *shrinker) untilStable(passes []func()) bool {
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
	res := k.run(k.config(c))
	return res, k.same(res) && (c.below == 0 || res.Size().Faults < c.below)
}

// config returns how to make the run of a candidate.
func (k *shrinker) config(c candidate) RunConfig {
	cfg := k.cfg.Run
	cfg.Tape = c.tape.Clone()
	cfg.Tape.Notes = c.cuts.notes("", cmp.Or(cfg.Faults.Name, c.tape.Note(noteFaults)))
	return cfg
}

// run makes a run that is recorded. What a run leaves behind that passes counts for nothing unless that is the failure.
func (k *shrinker) run(cfg RunConfig) Result {
	cfg.Record, cfg.MaxSteps, cfg.brief = true, k.limit, true
	cfg.unchecked = !k.out.First.leaked()
	return safely(cfg, k.scenario)
}

// complete has the smallest run tell where its tasks are parked, and, if it leaks, where what it leaves behind was made.
func (k *shrinker) complete() {
	cfg := k.config(k.best)
	cfg.origins = k.out.Last.leaked()
	if res := safely(cfg, k.scenario); res.Hash == k.out.Last.Hash {
		k.out.Last.Err, k.out.Last.Pending = res.Err, res.Pending
	}
}

// first returns the first of the candidates, which are made one after the other, that fails in the same way; several
// are tried at a time. The best is then that one.
func (k *shrinker) first(candidates []func() candidate) (index int, found bool) {
	for at := 0; at < len(candidates) && !k.late(); {
		var batch []attempt
		for ; at < len(candidates) && len(batch) < k.cfg.Workers; at++ {
			c := candidates[at]()
			if key := c.key(); k.tried[key] == 0 {
				batch = append(batch, attempt{index: at, candidate: c, key: key})
			}
		}
		k.tryAll(batch)
		if i := slices.IndexFunc(batch, func(a attempt) bool { return a.fails }); i >= 0 {
			k.accept(batch[i].candidate, batch[i].result)
			return batch[i].index, true
		}
		k.progress()
	}
	return 0, false
}

// tryAll makes the runs of a batch at a time, and remembers those that do not do.
func (k *shrinker) tryAll(batch []attempt) {
	var wg sync.WaitGroup
	for i := range batch {
		a := &batch[i]
		wg.Go(func() { a.result, a.fails = k.try(a.candidate) })
	}
	wg.Wait()
	k.out.Runs += len(batch)
	for _, a := range batch {
		if !a.fails {
			k.reject(a)
		}
	}
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
	k.limit = min(k.limit, hastyLimit(res))
	k.progress()
}
