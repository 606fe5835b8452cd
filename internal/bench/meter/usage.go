// SPDX-License-Identifier: Apache-2.0

package meter

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Usage is what a process has spent since its start.
type Usage struct {
	CPU    time.Duration
	Writes int64 // write system calls, those that wake a poller included
}

// Sub is what was spent since earlier.
func (u Usage) Sub(earlier Usage) Usage {
	return Usage{CPU: u.CPU - earlier.CPU, Writes: u.Writes - earlier.Writes}
}

// UsageOf reads the usage of a process of the same user.
func UsageOf(pid int) (Usage, error) {
	var u Usage
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return u, err
	}
	for _, name := range tasks {
		text, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue // the thread has ended since
		}
		if err != nil {
			return u, err
		}
		first, _, _ := bytes.Cut(text, []byte(" "))
		ns, err := strconv.ParseInt(string(first), 10, 64)
		if err != nil {
			return u, fmt.Errorf("read %s: %w", name, err)
		}
		u.CPU += time.Duration(ns)
	}
	u.Writes, err = field(fmt.Sprintf("/proc/%d/io", pid), "syscw:")
	return u, err
}

// ResidentOf is the resident memory of a process in bytes, now and at its highest.
func ResidentOf(pid int) (now, peak int64, err error) {
	name := fmt.Sprintf("/proc/%d/status", pid)
	if now, err = field(name, "VmRSS:"); err != nil {
		return 0, 0, err
	}
	peak, err = field(name, "VmHWM:")
	return now << 10, peak << 10, err
}

// field is the number behind a key of a /proc file.
func field(name, key string) (int64, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		if words := bytes.Fields(line); len(words) > 1 && string(words[0]) == key {
			return strconv.ParseInt(string(words[1]), 10, 64)
		}
	}
	return 0, fmt.Errorf("read %s: no %s", name, key)
}
