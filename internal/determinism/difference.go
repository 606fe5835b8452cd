// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
)

// A difference is what processes do not agree on.
type difference struct {
	scenarios, hashes int // that were compared
	count             int // hashes that differ
	first             string
}

// compare holds every process to the first one.
func compare(all []*process) difference {
	want := all[0]
	d := difference{hashes: len(want.lines)}
	known := map[string]bool{}
	for i, line := range want.lines {
		f := strings.Fields(line)
		known[strings.Join(f[:min(2, len(f))], " ")] = true
		differs := ""
		for _, p := range all[1:] {
			switch {
			case i >= len(p.lines):
				differs = fmt.Sprintf("%v: %s\n%v: nothing", want, line, p)
			case p.lines[i] != line:
				differs = fmt.Sprintf("%v: %s\n%v: %s", want, line, p, p.lines[i])
			default:
				continue
			}
			break
		}
		if differs == "" {
			continue
		}
		d.count++
		if d.first == "" {
			d.first = differs
		}
	}
	d.scenarios = len(known)
	return d
}
