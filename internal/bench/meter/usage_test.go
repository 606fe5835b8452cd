// SPDX-License-Identifier: Apache-2.0

package meter

import (
	"os"
	"testing"
	"time"
)

func TestUsageCountsOwnWork(t *testing.T) {
	before, err := UsageOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var spent Usage
	for writes := int64(0); spent.CPU <= 0; { // the kernel books time at ticks only
		for range 1000 {
			if _, err := f.WriteString("x"); err != nil {
				t.Fatal(err)
			}
		}
		writes += 1000
		after, err := UsageOf(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		if spent = after.Sub(before); spent.Writes < writes {
			t.Fatalf("%d writes count as %d", writes, spent.Writes)
		}
	}
}

func TestResidentIsBelowItsPeak(t *testing.T) {
	now, peak, err := ResidentOf(os.Getpid())
	if err != nil || now <= 0 || peak < now {
		t.Errorf("ResidentOf = %d, %d, %v", now, peak, err)
	}
	if _, err := UsageOf(-1); err == nil {
		t.Error("no error for a process that is not")
	}
}

func TestForeignShare(t *testing.T) {
	busy, cores, err := MachineBusy()
	if err != nil || busy <= 0 || cores < 1 {
		t.Fatalf("MachineBusy = %v, %d, %v", busy, cores, err)
	}
	if got := Foreign(1500*time.Millisecond, time.Second, time.Second, 2); got != 0.25 {
		t.Errorf("half a second of two cores in one: %g, want 0.25", got)
	}
	if got := Foreign(0, time.Second, time.Second, 2); got != 0 {
		t.Errorf("nobody else: %g, want 0", got)
	}
}
