// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/internal/tape"
)

// Size is how much there is to a run: what a person has to understand.
type Size struct {
	Faults     uint64 `json:"faults"`     // that fired; a crash and its restart are one
	Hosts      int    `json:"hosts"`      // that did something
	Operations uint64 `json:"operations"` // of [Ops]
	Delays     int    `json:"delays"`     // deliveries that were not as fast as the others
	Switches   int    `json:"switches"`   // choices of the schedule that were not first come, first served
	Steps      uint64 `json:"steps"`      // times a task ran
}

// String returns one line, without what is 0.
func (s Size) String() string {
	var parts []string
	count := func(n uint64, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	count(s.Faults, "fault", "faults")
	count(uint64(s.Hosts), "host", "hosts")
	count(s.Operations, "operation", "operations")
	count(uint64(s.Delays), "delay", "delays")
	count(uint64(s.Switches), "switch", "switches")
	count(s.Steps, "step", "steps")
	return strings.Join(parts, ", ")
}

// Size returns how much there was to the run. Delays and Switches are known of recorded runs only.
func (r Result) Size() Size {
	s := Size{Hosts: r.hosts, Operations: r.Operations, Steps: r.Steps}
	for kind, n := range r.Faults {
		if !slices.Contains([]FaultKind{"restart", "half_open"}, kind) { // they come of crashes
			s.Faults += n
		}
	}
	if r.Tape == nil {
		return s
	}
	for _, c := range r.Tape.Choices {
		switch classOf(r.Tape.Streams[c.Stream]) {
		case classDelay:
			s.Delays++
		case classSwitch:
			s.Switches++
		case classFault, classSetting:
		}
	}
	return s
}

// class is what a choice decides, as far as shrinking cares.
type class int

const (
	classFault   class = iota + 1 // what strikes, where and for how long
	classDelay                    // how long an ordinary delivery takes
	classSwitch                   // which task goes on
	classSetting                  // what a run decides once, and random numbers
)

func classOf(s tape.Stream) class {
	switch s.Purpose() {
	case "delay":
		return classDelay
	case "policy", "strategy", "swarm", "random":
		return classSetting
	case "pick", "point", "dfs", "pct", "pos", "delays", "hold", "wait":
		return classSwitch
	}
	return classFault
}
