// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/twinwire/twinwire/simulator/shuffle"
)

// longText is an input that keeps a run busy for a while.
func longText(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "long.txt")
	if err := writeZipfText(name, 32_000_000); err != nil {
		t.Fatal(err)
	}
	return name
}

// pids reads what a run says on stderr until it has named n executor processes.
func pids(t *testing.T, r io.Reader, n int) []int {
	t.Helper()
	var pids []int
	lines := bufio.NewScanner(r)
	for len(pids) < n && lines.Scan() {
		var host string
		var pid int
		if _, err := fmt.Sscanf(lines.Text(), "%s pid %d", &host, &pid); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		pids = append(pids, pid)
	}
	return pids
}

// waitGone waits until a process that is no child of ours has ended.
func waitGone(t *testing.T, pid int) {
	t.Helper()
	for syscall.Kill(pid, 0) == nil {
		if state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && bytes.Contains(state, []byte(") Z ")) {
			return // it has ended; nobody has asked how
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("process %d lives on", pid)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func TestExecutorsLeaveWithTheirParent(t *testing.T) {
	text := longText(t)
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGKILL} {
		t.Run(sig.String(), func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "simctl", "run", "shuffle", "--network", "tcp", "--input", text, "--format", "json")
			var out bytes.Buffer
			cmd.Stdout = &out
			stderr, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			all := pids(t, stderr, 4)
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			err = cmd.Wait()
			exit, ok := errors.AsType[*exec.ExitError](err)
			if sig != syscall.SIGKILL && (!ok || exit.ExitCode() != exitInterrupted || !strings.Contains(out.String(), `"error": "interrupted"`)) {
				t.Errorf("%v: %s", err, out.String())
			}
			for _, pid := range all {
				waitGone(t, pid)
			}
		})
	}
}

// lockedBuffer is text that is written and read at once.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func TestKilledExecutorIsReplaced(t *testing.T) {
	text := longText(t)
	program := os.Args[0]
	os.Args[0] = "simctl" // what the test binary is to be when it is started again
	defer func() { os.Args[0] = program }()

	flags := shuffleFlags{Input: []string{text}, Executors: 3, Partitions: 4, Network: "tcp", Faults: "calm"}
	places, err := flags.places()
	if err != nil {
		t.Fatal(err)
	}
	job := flags.job(places)
	plain, err := countPlain(places, job)
	if err != nil {
		t.Fatal(err)
	}
	var log lockedBuffer
	var kill sync.Once
	job.Progress = func(p shuffle.Progress) {
		if p.Executors < 3 || p.MapsDone == 0 {
			return
		}
		kill.Do(func() { // every executor is registered and has something to lose
			if err := syscall.Kill(pids(t, strings.NewReader(log.String()), 3)[1], syscall.SIGKILL); err != nil {
				t.Error(err)
			}
		})
	}
	o := runTCP(context.WithoutCancel(t.Context()), &terminal{err: &log}, tcpSettings{Places: mountsOf(places), Faults: "calm"}, job)
	if o.Err != nil || o.Summary.SHA256 != plain.SHA256 || o.ExecutorsLost != 1 {
		t.Errorf("err %v, right result %v, executors lost %d", o.Err, o.Summary.SHA256 == plain.SHA256, o.ExecutorsLost)
	}
}
