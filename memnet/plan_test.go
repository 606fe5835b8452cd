// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"testing"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// ground is a profile with every fault in it.
func ground() fault.Profile {
	p := rough()
	p.LossPPM, p.FlipPPM, p.HangPPM, p.Bandwidth = 20_000, 1_000, 50_000, 1<<20
	p.DiskFull, p.DiskFullMean = p.CrashEvery, p.DownMax
	return p
}

func TestThePlanOfARunMakesTheSameRun(t *testing.T) {
	kinds := fault.Counts{}
	for seed := range uint64(60) {
		for _, profile := range []fault.Profile{ground(), fault.Swarm(), fault.WAN()} {
			first := echoWorld(Config{Seed: seed, Faults: profile, Record: true}, 3, 200).Run(nil)
			kinds.Add(first.Faults)
			text := first.Plan.String()
			p, err := plan.Parse("recorded", text)
			if err != nil {
				t.Fatalf("%s seed %d: %v\n%s", profile.Name, seed, err, text)
			}
			again := echoWorld(Config{Plan: &p, Record: true}, 3, 200).Run(nil)
			if again.Hash != first.Hash || again.Verdict != first.Verdict {
				t.Fatalf("%s seed %d: %v %x, by its plan %v %x\n%v\n%v\n%s", profile.Name, seed, first.Verdict, first.Hash, again.Verdict, again.Hash, first.Faults, again.Faults, text)
			}
			if got := again.Plan.String(); got != text {
				t.Fatalf("%s seed %d: the plan of the run by plan is\n%s\nnot\n%s", profile.Name, seed, got, text)
			}
		}
	}
	for _, k := range []fault.Kind{
		fault.Delay, fault.Split, fault.Reset, fault.HalfOpen, fault.Refuse, fault.Partition, fault.Crash, fault.Restart, fault.Loss,
		fault.Clog, fault.Flip, fault.Stall, fault.Pause, fault.Jump, fault.DiskFull,
	} {
		if kinds[k] == 0 {
			t.Errorf("%s never struck", k)
		}
	}
}
