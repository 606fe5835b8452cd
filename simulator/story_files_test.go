// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// forgetful is a scenario in which a host says that it has kept what it never synced.
func forgetful() Scenario {
	acknowledged := false
	var lost error
	return Scenario{
		Faults: Profile{Name: "crashes", CrashEvery: time.Second, DownMin: 10 * time.Millisecond, DownMax: 10 * time.Millisecond, Until: 10 * time.Second},
		Main:   []string{"db"},
		Hosts: Hosts{"db": func(ctx context.Context, n Node) error {
			f, err := n.Files().Open("log")
			switch {
			case err == nil:
				info, err := f.Stat()
				if acknowledged && err == nil && info.Size() < 5 {
					lost = errors.New("it is gone")
				}
				return errors.Join(err, f.Close())
			case !errors.Is(err, fs.ErrNotExist):
				return err
			}
			if f, err = n.Files().Create("log"); err == nil {
				_, err = f.Write([]byte("entry"))
			}
			acknowledged = err == nil
			return errors.Join(err, api.Sleep(ctx, n.Runtime(), 10*time.Second))
		}},
		Always: Invariants{"what is acknowledged is kept": func() error { return lost }},
	}
}

// TestTheStoryTellsWhatIsLost: the report and the page say which write a crash has lost, and that nobody synced it.
func TestTheStoryTellsWhatIsLost(t *testing.T) {
	s, ok := Shrink(ShrinkConfig{Run: RunConfig{Seed: failingSeed(t, forgetful)}, Budget: time.Minute}, forgetful)
	if !ok {
		t.Fatal(s.First)
	}
	e, ok := Why(WhyConfig{Run: RunConfig{Tape: s.Last.Tape}, Budget: time.Minute}, forgetful)
	if !ok {
		t.Fatal(e.Run)
	}
	for name, text := range map[string]string{"report": e.Report(), "page": e.HTML(), "shrunk": s.Report()} {
		for _, want := range []string{
			`creates? +/log`, `writes? +5 bytes to /log|creates? +/log, writes 5 bytes`, `loses? +the write of \d\.\d{3}s to /log: 5 bytes, not synced`,
		} {
			if !regexp.MustCompile(want).MatchString(text) {
				t.Errorf("%s: %q is missing in\n%s", name, want, text)
			}
		}
	}
	if page := e.HTML(); !strings.Contains(page, "✗ loses the write") || !strings.Contains(e.Report(), "wrote to files once, synced never, crashed once") {
		t.Error(e.Report())
	}
}
