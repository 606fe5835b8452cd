// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of the times in /proc.
const tick = 10 * time.Millisecond

// cpuTimes is processor time used so far; known is false where there is no /proc.
type cpuTimes struct {
	own, all time.Duration
	known    bool
}

// readCPU adds up the time of some processes, and reads that of the whole machine.
func readCPU(pids ...int) cpuTimes {
	t := cpuTimes{known: true}
	for _, pid := range pids {
		// The name, in brackets, may hold anything; user and system time are the 12th and 13th field behind it.
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		if err != nil || len(fields) < 13 {
			return cpuTimes{}
		}
		t.own += ticks(fields[11]) + ticks(fields[12])
	}
	text, err := os.ReadFile("/proc/stat")
	line, _, _ := bytes.Cut(text, []byte("\n"))
	fields := bytes.Fields(line) // "cpu", user, nice, system, idle, waiting, interrupts, soft interrupts
	if err != nil || len(fields) < 8 {
		return cpuTimes{}
	}
	for _, i := range []int{1, 2, 3, 6, 7} {
		t.all += ticks(fields[i])
	}
	return t
}

func ticks(field []byte) time.Duration {
	n, _ := strconv.ParseInt(string(field), 10, 64) //nolint:errcheck // the system wrote it
	return time.Duration(n) * tick
}
