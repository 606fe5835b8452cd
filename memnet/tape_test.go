// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"testing"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/tape"
)

func everyStrategy() []Strategy {
	var all []Strategy
	for kind := ByHash; kind <= Portfolio; kind++ {
		all = append(all, Strategy{Kind: kind})
	}
	return all
}

// taped runs the echo scenario.
func taped(cfg Config) Result { return echoWorld(cfg, 3, 40).Run(nil) }

func TestARecordedRunPlaysAgain(t *testing.T) {
	for _, s := range everyStrategy() {
		for seed := range uint64(20) {
			cfg := Config{Seed: seed, Faults: fault.Hostile(), Strategy: s}
			plain := taped(cfg)
			cfg.Record = true
			first := taped(cfg)
			if first.Hash != plain.Hash || first.Tape == nil || first.Tape.Hash != first.Hash {
				t.Fatalf("%v seed %d: recording changed the run, %x to %x, or the tape says otherwise: %v", s, seed, plain.Hash, first.Hash, first.Tape)
			}
			parsed, err := tape.Parse(first.Tape.String())
			if err != nil {
				t.Fatal(err)
			}
			again := taped(Config{Seed: seed + 1, Faults: fault.Hostile(), Tape: parsed, Record: true})
			if again.Hash != first.Hash || !again.Fit.Exact() || again.Fit.Followed != uint64(len(parsed.Choices)) {
				t.Fatalf("%v seed %d: played again: hash %x, recorded %x; %+v", s, seed, again.Hash, first.Hash, again.Fit)
			}
			if again.Tape.String() != first.Tape.String() {
				t.Fatalf("%v seed %d: the recording of the replay differs", s, seed)
			}
		}
	}
}

func TestAnEmptyTapeIsCalm(t *testing.T) {
	r := taped(Config{Seed: 7, Faults: fault.Hostile(), Tape: &tape.Tape{}, Record: true})
	if r.Verdict != Passed || len(r.Faults) != 0 || len(r.Tape.Choices) != 0 {
		t.Errorf("%v %v, faults %v, %d choices", r.Verdict, r.Err, r.Faults, len(r.Tape.Choices))
	}
}

func TestATapeOfASeedIsTheSeed(t *testing.T) {
	r := taped(Config{Seed: 7, Faults: fault.Hostile()})
	s := taped(Config{Faults: fault.Hostile(), Tape: &tape.Tape{Seed: 7, Rest: tape.Seeded}})
	if r.Hash != s.Hash {
		t.Errorf("hash %x, by tape %x", r.Hash, s.Hash)
	}
}

// TestAReseededRunPartsThen and not before, and its own recording plays it again.
func TestAReseededRunPartsThen(t *testing.T) {
	trace := func(reseeds ...tape.Reseed) (all []Event, r Result) {
		r = taped(Config{Faults: fault.Hostile(), Tape: &tape.Tape{Seed: 7, Rest: tape.Seeded, Reseeds: reseeds}, Record: true, Trace: 1 << 16})
		return r.Last, r
	}
	plain, seed := trace()
	half := seed.Steps / 2
	for _, share := range []uint64{0, tape.Shares / 2} {
		other, r := trace(tape.Reseed{Step: half, Seed: 8, Share: share})
		parts := 0
		for parts < min(len(plain), len(other)) && plain[parts] == other[parts] {
			parts++
		}
		if r.Hash == seed.Hash || parts < len(plain)/4 {
			t.Errorf("share %d: reseeded at step %d of %d, parts at event %d of %d", share, half, seed.Steps, parts, len(plain))
		}
		again := taped(Config{Faults: fault.Hostile(), Tape: r.Tape})
		if again.Hash != r.Hash || !again.Fit.Exact() {
			t.Errorf("share %d: hash %x, played again %x, %+v", share, r.Hash, again.Hash, again.Fit)
		}
	}
	if _, r := trace(tape.Reseed{Seed: 8}); r.Hash != taped(Config{Seed: 8, Faults: fault.Hostile()}).Hash {
		t.Error("reseeded at the start is another run than that of the other seed")
	}
}

func TestALaterCodeFollowsATapeAsFarAsItFits(t *testing.T) {
	cfg := Config{Seed: 3, Faults: fault.Hostile(), Record: true}
	first := taped(cfg)
	longer := echoWorld(Config{Faults: fault.Hostile(), Tape: first.Tape}, 3, 60).Run(nil)
	if longer.Verdict != Passed || longer.Fit.Followed == 0 {
		t.Errorf("longer: %v %v %+v", longer.Verdict, longer.Err, longer.Fit)
	}
	shorter := echoWorld(Config{Faults: fault.Hostile(), Tape: first.Tape}, 3, 5).Run(nil)
	if shorter.Verdict != Passed || shorter.Fit.Unused == 0 || shorter.Fit.Exact() {
		t.Errorf("shorter: %v %v %+v", shorter.Verdict, shorter.Err, shorter.Fit)
	}
	big := first.Tape.Clone()
	for i := range big.Choices {
		big.Choices[i].Value, big.Choices[i].Bound = 1<<62, 1<<63
	}
	if r := taped(Config{Faults: fault.Hostile(), Tape: big}); r.Fit.Clamped == 0 {
		t.Errorf("values beyond their bounds were taken: %+v", r.Fit)
	}
}
