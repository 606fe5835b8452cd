// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
)

// count takes in a run. The caller holds the lock.
func (s *sweep) count(run swept) {
	t, res := &s.total, run.res
	t.Runs++
	if run.cfg.Tape != nil {
		t.Mutants++
	}
	switch res.Verdict {
	case Passed:
		t.Passed++
	case CleanError:
		t.CleanErrors++
	case Hung:
		t.Hung++
	case Nondeterministic:
		t.Nondeterministic++
	default:
		t.Failed++
	}
	if res.Confirmed {
		t.Confirmed++
	}
	if t.Unconfirmed == nil {
		t.Unconfirmed = run.err
	}
	if res.Verdict.OK() {
		s.learn(run)
	} else {
		t.Failures = append(t.Failures, s.failure(run))
	}
	t.Faults.Add(res.Faults)
	for name, n := range res.Marks {
		t.Marks[name] += n
	}
	for kind, struck := range run.reached.messages {
		if t.Messages[kind] == nil {
			t.Messages[kind] = FaultCounts{}
		}
		t.Messages[kind].Add(struck)
	}
	s.hashes[res.Hash] = struct{}{}
	t.Distinct = len(s.hashes)
	t.Wall = time.Since(s.began)
	if s.cfg.Progress != nil {
		s.cfg.Progress(*t)
	}
}

func (s *sweep) failure(run swept) Failure {
	res := run.res
	f := Failure{Seed: res.Seed, Signature: res.Signature, Error: res.ending(), Confirmed: res.Confirmed, size: res.Size()}
	if run.cfg.Tape != nil {
		f.Tape = tapeOf(run.cfg, res)
	} else if s.cfg.Replay != nil {
		f.Replay = s.cfg.Replay(f.Seed)
	}
	return f
}

// never lists what no run did.
func (r *SweepResult) never() []string {
	all := never(r.Marks)
	for _, kind := range fault.Kinds() {
		if r.Faults[kind] == 0 {
			all = append(all, "fault "+string(kind))
		}
	}
	for _, message := range slices.Sorted(maps.Keys(r.Messages)) {
		var missing []string
		for _, kind := range fault.Kinds() {
			if r.Faults[kind] > 0 && r.Messages[message][kind] == 0 && strikesMessages(kind) {
				missing = append(missing, string(kind))
			}
		}
		if len(missing) > 0 {
			all = append(all, fmt.Sprintf("%s on %s", strings.Join(missing, " or "), message))
		}
	}
	return all
}

// strikesMessages reports whether faults of the kind can strike a message that is under way.
func strikesMessages(kind FaultKind) bool {
	return !slices.Contains([]FaultKind{
		fault.Refuse, fault.Stall, fault.Restart, fault.Jump, fault.DiskFull, fault.DiskSlow, fault.LostSync, fault.Torn, fault.DiskFlip,
	}, kind)
}
