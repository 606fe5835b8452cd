// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestSweepAsksElsewhere about every failing run and every twentieth other one, and tells apart what differs there.
func TestSweepAsksElsewhere(t *testing.T) {
	var mu sync.Mutex
	asked := map[uint64]bool{}
	cfg := SweepConfig{Seeds: Seeds{First: 1, Last: 100}, Elsewhere: func(t *Tape) (Repeated, error) {
		mu.Lock()
		defer mu.Unlock()
		asked[t.Seed] = true
		return Repeat(t, bank(carelessDeposit)), nil
	}}
	r := Sweep(cfg, bank(carelessDeposit))
	var failing []uint64
	for _, f := range r.Failures {
		failing = append(failing, f.Seed)
		if !f.Confirmed || !asked[f.Seed] {
			t.Errorf("seed %d was not confirmed", f.Seed)
		}
	}
	for seed := uint64(1); seed <= 100; seed++ {
		if want := seed%20 == 0 || slices.Contains(failing, seed); asked[seed] != want {
			t.Errorf("seed %d: asked %v, want %v", seed, asked[seed], want)
		}
	}
	if len(failing) == 0 || r.Confirmed != uint64(len(asked)) || r.Nondeterministic != 0 {
		t.Errorf("%d failures, %d confirmed of %d, %d nondeterministic", len(failing), r.Confirmed, len(asked), r.Nondeterministic)
	}

	cfg.Elsewhere = func(*Tape) (Repeated, error) { return Repeated{Hash: 5}, nil }
	r = Sweep(cfg, bank(carelessDeposit))
	if r.Failed != 0 || r.Nondeterministic != uint64(len(asked)) || !strings.Contains(r.Failures[0].Error, "went another way in a process of its own") {
		t.Errorf("%d failed, %d nondeterministic: %+v", r.Failed, r.Nondeterministic, r.Failures[0])
	}

	broken := errors.New("no such program")
	cfg.Elsewhere = func(*Tape) (Repeated, error) { return Repeated{}, broken }
	if r = Sweep(cfg, bank(carelessDeposit)); !errors.Is(r.Unconfirmed, broken) || r.Confirmed != 0 || len(r.Failures) != len(failing) {
		t.Errorf("%v, %d confirmed, %d failures", r.Unconfirmed, r.Confirmed, len(r.Failures))
	}
}

// TestSweepSaysWhichFaultsMissedAMessage that other messages, or none, were struck by.
func TestSweepSaysWhichFaultsMissedAMessage(t *testing.T) {
	r := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 300}}, register(false, false))
	if r.Messages["rpc:pbWrite"]["crash"] == 0 || r.Messages["rpc:pbWrite"]["partition"] == 0 || r.Messages["rpc:RpcResponse"]["crash"] == 0 {
		t.Errorf("messages %v", r.Messages)
	}
	for _, n := range r.Never {
		if strings.Contains(n, "crash") || strings.HasPrefix(n, "partition") {
			t.Errorf("never %q", n)
		}
	}
	r = Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 2}}, register(false, false))
	if !slices.ContainsFunc(r.Never, func(n string) bool { return strings.HasSuffix(n, " on rpc:RpcResponse") }) {
		t.Errorf("never %q, faults %v, messages %v", r.Never, r.Faults, r.Messages)
	}
}
