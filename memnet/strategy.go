// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"strconv"
	"strings"
)

// StrategyKind is a way to pick the task that goes on.
type StrategyKind uint8

// The strategies.
const (
	// ByHash runs the ready task with the lowest priority; each time a task becomes ready it draws a new one. What hosts
	// that do not talk to each other do stays the same whatever happens to one of them.
	ByHash StrategyKind = iota
	// Fifo runs tasks in the order they became ready and never preempts one. It makes no choices.
	Fifo
	// PCT gives each task one priority for life, and lowers that of the running task at Depth-1 drawn points: a bug that
	// needs Depth orderings is found with a known probability.
	PCT
	// POS draws a new priority for every operation on a lock, waiter or connection, and again when another task was
	// faster there: it samples the orders of what conflicts.
	POS
	// DelayBounded is Fifo, but at Depth drawn points a task has to let others go first.
	DelayBounded
	// DFS takes the first of all alternatives unless a tape says otherwise, with at most Depth preemptions; package
	// tape's Next goes through all of them. For tiny scenarios.
	DFS
	// Portfolio draws one of the others: ByHash and PCT for 40 % of the seeds each, POS for 20 %.
	Portfolio
)

var strategyNames = [...]string{"hash", "fifo", "pct", "pos", "delay", "dfs", "portfolio"}

// Strategy says how the task that goes on is picked. The zero value is [ByHash].
type Strategy struct {
	Kind StrategyKind
	// Depth is d of PCT, and how often DelayBounded and DFS may make a task wait. 0: 3 of PCT and DelayBounded, 2 of DFS.
	Depth int
	// Length is how many scheduling points or picks PCT and DelayBounded expect, as an earlier run's Result.Points tells.
	// 0: unknown, it is drawn from 16 to 2^20.
	Length uint64
}

//go:norace
func (s Strategy) withDefaults() Strategy {
	switch {
	case s.Depth > 0:
	case s.Kind == DFS:
		s.Depth = 2
	case s.Kind == PCT, s.Kind == DelayBounded:
		s.Depth = 3
	}
	return s
}

// String returns a form that [ParseStrategy] reads, such as "pct depth=3".
//
//go:norace
func (s Strategy) String() string {
	name := "strategy " + strconv.Itoa(int(s.Kind))
	if int(s.Kind) < len(strategyNames) {
		name = strategyNames[s.Kind]
	}
	if s.Depth != 0 {
		name += fmt.Sprintf(" depth=%d", s.Depth)
	}
	if s.Length != 0 {
		name += fmt.Sprintf(" length=%d", s.Length)
	}
	return name
}

// ParseStrategy reads "hash", "fifo", "pct", "pos", "delay", "dfs" or "portfolio", and after it "depth=N" and "length=N".
//
//go:norace
func ParseStrategy(text string) (Strategy, error) {
	words := strings.Fields(text)
	var s Strategy
	found := false
	for i, name := range strategyNames {
		if len(words) > 0 && words[0] == name {
			s.Kind, found = StrategyKind(i), true
		}
	}
	if !found {
		return s, fmt.Errorf("strategy %q: want one of %s", text, strings.Join(strategyNames[:], ", "))
	}
	for _, word := range words[1:] {
		key, value, _ := strings.Cut(word, "=")
		n, err := strconv.ParseUint(value, 10, 31)
		switch {
		case err == nil && key == "depth":
			s.Depth = int(n)
		case err == nil && key == "length":
			s.Length = n
		default:
			return s, fmt.Errorf("strategy %q: %q: want depth=N or length=N", text, word)
		}
	}
	return s, nil
}

// drawStrategy settles which strategy the run has: that of its tape, or the configured one. What it draws is not on the
// tape, which names the strategy itself.
//
//go:norace
func (w *World) drawStrategy() Strategy {
	s := w.cfg.Strategy
	if t := w.cfg.Tape; t != nil && t.Strategy != "" {
		var err error
		if s, err = ParseStrategy(t.Strategy); err != nil {
			panic(fmt.Sprintf("memnet: Config.Tape: %v", err))
		}
	}
	if s.Kind == Portfolio {
		draw := w.stream("strategy", 0, "")
		switch v := w.draw(&draw, 5); v {
		case 0, 1:
			s = Strategy{Kind: ByHash}
		case 2, 3:
			s = Strategy{Kind: PCT, Depth: 1 + int(w.draw(&draw, 5))}
		default:
			s = Strategy{Kind: POS}
		}
	}
	return s.withDefaults()
}
