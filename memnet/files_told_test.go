// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/internal/plan"
)

// TestFilesAreTold: what befalls the files of a host is told, and which writes a crash loses, whether or not they were synced.
func TestFilesAreTold(t *testing.T) {
	p, err := plan.Parse("test", "plan 1\ndisk a room=30B\non sync from a #2 lose\non read from a #1 flip bit 1\n")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for seed := range uint64(40) {
		var told []string
		w := New(Config{Seed: seed, Plan: &p, Trace: 100, Observe: func(s Sighting) { told = append(told, s.Kind+" "+s.What) }})
		h := w.Host("a")
		h.Boot(func(context.Context) error { return writeMuch(h) })
		r := w.Run(func(context.Context) error {
			sleep(w, time.Second)
			return nil
		})
		if r.Verdict != Passed {
			t.Fatal(r.Err)
		}
		for _, e := range r.Last {
			if e.Kind != "fault" && !slices.Contains(told, e.Kind+" "+e.Text) && e.Kind != "boot" {
				t.Errorf("seed %d: %s %s is told in the end only", seed, e.Kind, e.Text)
			}
			seen[e.Kind+" "+e.Text] = true
		}
	}
	for line := range strings.Lines(`create /b
write 10 bytes to /b
full no room for 5 bytes of /b
sync /b
fault disk flip in /b
fault lost sync of /b
rename /b to /c
remove /d
lose the write of 0.030s to /c: 10 bytes, not synced
lose the last 2 writes to /c, of 0.020s to 0.030s: 20 bytes, whose sync was lost
`) {
		if !seen[strings.TrimSpace(line)] {
			t.Errorf("never told: %s", line)
		}
	}
}

// writeMuch does to files what can be done, and crashes when it did.
func writeMuch(h *Host) error {
	f, err := h.Files().Create("b")
	if err != nil {
		return err
	}
	write := func(b []byte) {
		sleepOn(h, 10*time.Millisecond)
		_, failed := f.Write(b)
		err = errors.Join(err, failed)
	}
	write(pattern(10))
	err = errors.Join(err, f.Sync())
	if _, failed := f.(*file).ReadAt(make([]byte, 4), 0); failed != nil {
		return failed
	}
	write(pattern(10))
	err = errors.Join(err, f.Sync())
	write(pattern(10))
	if _, failed := f.Write(pattern(5)); failed == nil {
		return errors.New("it fits")
	}
	_, failed := h.Files().Create("d")
	err = errors.Join(err, failed, h.Files().Remove("d"), h.Files().Rename("b", "c"))
	if err == nil {
		h.Crash()
	}
	return err
}
