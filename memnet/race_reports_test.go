// SPDX-License-Identifier: Apache-2.0

//go:build race

// This test is in race builds only, as is what it looks at: `make race` runs it.

package memnet

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRacesAreReported: tasks that share a variable without anything of the seam between them are reported, however
// far apart they run; with a lock, a message or anything else that orders them they are not. The runs are those of a
// build without the detector, to the bit.
func TestRacesAreReported(t *testing.T) {
	dir := t.TempDir()
	raced, plain := filepath.Join(dir, "raced"), filepath.Join(dir, "plain")
	build(t, "CGO_ENABLED=1", "-race", "-o", raced)
	build(t, "CGO_ENABLED=0", "-o", plain)
	list, err := exec.CommandContext(t.Context(), plain).Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		name, races, _ := strings.Cut(strings.TrimSpace(line), " ")
		t.Run(name, func(t *testing.T) {
			want, _ := racing(t, plain, name)
			got, report := racing(t, raced, name)
			if got != want || got == "" {
				t.Errorf("hash %q with the race detector, %q without", got, want)
			}
			if reported := strings.Contains(report, "DATA RACE"); reported != (races == "true") {
				t.Errorf("a race was reported: %v, there is one: %v\n%s", reported, races, report)
			}
			if strings.Contains(report, "DATA RACE") && !strings.Contains(report, "testdata/racing/wrong.go:") {
				t.Errorf("the report does not name the program:\n%s", report)
			}
		})
	}
}

func build(t *testing.T, cgo string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append(append([]string{"build"}, args...), "./testdata/racing")...)
	cmd.Env = append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// racing runs a program and returns what it printed, and what the race detector says.
func racing(t *testing.T, binary, name string) (hash, report string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, name)
	cmd.Env = append(os.Environ(), "GORACE=exitcode=0 atexit_sleep_ms=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("%s: %v: %s", name, err, stderr.String())
	}
	return strings.TrimSpace(string(out)), stderr.String()
}
