// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/twinwire/twinwire/memnet"
)

// Hosts says what each host runs, by the host's name. The function may return while the endpoints and tasks it made go on:
// its context ends with the run. Its error ends the run as failed. On a host that crashed it runs again after the restart,
// with a new Node: what it kept in variables of its own is lost, what it closes over is not, so let it close over what the
// outside would know. Code after the crash, deferred calls included, does not run.
type Hosts map[string]func(ctx context.Context, n Node) error

// Invariants must hold at every instant, by name. They look at the scenario's own state, must not change it, and must
// not call anything of the world. The first error ends the run as failed.
type Invariants map[string]func() error

// Checks must hold at the end of a run in which every host did its work, by name. Like [Invariants] they look at the
// scenario's own state.
type Checks map[string]func() error

// Mount is a folder that every host sees, read only, at a path of its Files.
type Mount struct {
	Name string // the path, with forward slashes
	FS   fs.FS  // what is there; it must not change during the run
}

// Scenario is hosts, what they run, the faults that strike them and what must hold. A function makes one for each run.
type Scenario struct {
	// Name is for results. Empty: "scenario".
	Name string
	// Hosts are the hosts and what they run. At least one. A name has letters from a to z, small or capital, digits, and - _ .
	Hosts Hosts
	// Main names the hosts whose functions end the run: once all of them have returned, the contexts of the others are
	// cancelled, and what they return then, if it is ctx.Err(), counts as nil. Empty: the run ends when every host's
	// function has returned.
	Main []string

	// Faults is how the network and the hosts behave. The zero value: [LAN], and [Swarm] in a search, such as [Sweep].
	Faults Profile
	// Safe names hosts that never crash and whose disk is never full, in addition to those of Faults: such as one that keeps
	// in memory what must not be lost. They do pause, and their clocks jump.
	Safe []string
	// Input is what every host can read.
	Input []Mount

	// Always holds at every instant.
	Always Invariants
	// Checks hold at the end.
	Checks Checks
	// Ends is how much virtual time the run may take after the last fault has healed; with a profile without an end,
	// from the start. A run that takes longer is reported as hung, with what it waits for. 0: 1 minute.
	Ends time.Duration
	// Marks names marks that a search should hit: see [Sometimes] and [Reachable]. A sweep lists those it never did.
	Marks []string
	// Stays tells what is meant to be left behind when a run has passed; anything else fails the run. Nil: nothing is.
	Stays func(l Leak) bool
	// Clean tells errors of a host that are a right answer to what happened from failures, such as "no executor is left", or
	// a full disk: errors.Is(err, syscall.ENOSPC). Nil: none are.
	Clean func(err error) bool

	_ struct{}
}

const (
	defaultName = "scenario"
	defaultEnds = time.Minute
)

func (s Scenario) withDefaults() Scenario {
	if s.Name == "" {
		s.Name = defaultName
	}
	if s.Ends == 0 {
		s.Ends = defaultEnds
	}
	if !s.hasFaults() {
		s.Faults = LAN()
	}
	s.Faults.SafeHosts = slices.Concat(s.Faults.SafeHosts, s.Safe)
	if len(s.Main) == 0 {
		s.Main = s.hostNames()
	}
	return s
}

// hasFaults reports whether a scenario has a profile of its own.
func (s Scenario) hasFaults() bool { return !reflect.ValueOf(s.Faults).IsZero() }

func (s Scenario) hostNames() []string { return slices.Sorted(maps.Keys(s.Hosts)) }

// validate reports every mistake at once.
func (s Scenario) validate() error {
	var mistakes []error
	mistake := func(format string, args ...any) { mistakes = append(mistakes, fmt.Errorf(format, args...)) }
	if len(s.Hosts) == 0 {
		mistake("Hosts is empty")
	}
	for _, name := range s.hostNames() {
		if err := memnet.CheckHostName(name); err != nil {
			mistake("Hosts: %w", err)
		}
		if s.Hosts[name] == nil {
			mistake("Hosts: %q has no function", name)
		}
	}
	for _, name := range s.Main {
		if _, ok := s.Hosts[name]; !ok {
			mistake("Main: no host %q", name)
		}
	}
	for _, name := range s.Safe {
		if _, ok := s.Hosts[name]; !ok {
			mistake("Safe: no host %q", name)
		}
	}
	mistakes = append(mistakes, withoutFunction("Always", s.Always), withoutFunction("Checks", s.Checks))
	for i, m := range s.Input {
		if m.Name == "" || m.FS == nil {
			mistake("Input[%d]: want a name and a file system", i)
		}
	}
	if s.Ends < 0 {
		mistake("Ends: %v is negative", s.Ends)
	}
	if err := errors.Join(mistakes...); err != nil {
		which := "scenario"
		if s.Name != defaultName {
			which += " " + s.Name
		}
		return fmt.Errorf("%s: %w", which, err)
	}
	return nil
}

// withoutFunction says which names of a table have none.
func withoutFunction(field string, table map[string]func() error) error {
	var mistakes []error
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if table[name] == nil {
			mistakes = append(mistakes, fmt.Errorf("%s: %q has no function", field, name))
		}
	}
	return errors.Join(mistakes...)
}
