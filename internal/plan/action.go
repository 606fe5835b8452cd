// SPDX-License-Identifier: Apache-2.0

package plan

import "time"

// Verb is what an [Action] does.
type Verb string

// The verbs.
const (
	Partition Verb = "partition" // cuts what From and To send each other, or what From sends to To
	Isolate   Verb = "isolate"   // cuts a host off from all others
	Ring      Verb = "ring"      // leaves each host only its two neighbours, by name
	Clog      Verb = "clog"      // holds back what From sends to To
	Reset     Verb = "reset"     // resets the connections between two hosts
	HalfOpen  Verb = "half-open" // resets them at From only; To is not told
	Refuse    Verb = "refuse"    // refuses new connections to a host
	Stall     Verb = "stall"     // lets new connections to a host wait before they are accepted
	Crash     Verb = "crash"     // ends a host; it restarts after For, or never
	Pause     Verb = "pause"     // stops a host
	Jump      Verb = "jump"      // moves a host's clock by By
	DiskFull  Verb = "disk-full" // fails a host's writes
	DiskSlow  Verb = "disk-slow" // makes a host's disk slow
	LoseSync  Verb = "lose-sync" // makes syncs of a host keep nothing
)

// operands is what a verb is followed by.
type operands int

const (
	noHost  operands = iota + 1
	oneHost          // HOST
	aPair            // HOST | HOST, or HOST -> HOST for one way
	oneWay           // HOST -> HOST
)

// lasting says whether a verb takes "for SPAN".
type lasting int

const (
	instant lasting = iota + 1
	lasts
	mayLast
)

type grammar struct {
	verb Verb
	of   operands
	span lasting
	by   bool // takes "by DURATION"
}

// verbs is the grammar of the actions.
func verbs() []grammar {
	return []grammar{
		{verb: Partition, of: aPair, span: lasts},
		{verb: Isolate, of: oneHost, span: lasts},
		{verb: Ring, of: noHost, span: lasts},
		{verb: Clog, of: oneWay, span: lasts},
		{verb: Reset, of: aPair, span: instant},
		{verb: HalfOpen, of: oneWay, span: instant},
		{verb: Refuse, of: oneHost, span: lasts},
		{verb: Stall, of: oneHost, span: lasts},
		{verb: Crash, of: oneHost, span: mayLast},
		{verb: Pause, of: oneHost, span: lasts},
		{verb: Jump, of: oneHost, span: instant, by: true},
		{verb: DiskFull, of: oneHost, span: lasts},
		{verb: DiskSlow, of: oneHost, span: lasts},
		{verb: LoseSync, of: oneHost, span: lasts},
	}
}

// Verbs returns every verb, as the language has them.
func Verbs() []Verb {
	var all []Verb
	for _, g := range verbs() {
		all = append(all, g.verb)
	}
	return all
}

// grammarOf returns the grammar of a verb.
func grammarOf(v Verb) (grammar, bool) {
	for _, g := range verbs() {
		if g.verb == v {
			return g, true
		}
	}
	return grammar{}, false
}

// Action is one fault. Which fields it uses depends on its verb.
type Action struct {
	Verb   Verb
	Pick   Pick    // which of the hosts From matches
	From   Pattern // the host, or the first of two
	To     Pattern // the second
	OneWay bool    // only what From sends to To
	For    *Span   // how long; nil: does not end, or has no length
	By     time.Duration
}

// Pick is which of the matching hosts a fault strikes.
type Pick int

// The picks.
const (
	Each Pick = iota // all of them
	One              // a drawn one
	Half             // a drawn half, at least one
)

// pickWords are the picks as the language has them.
func pickWords() []string { return []string{Each: "", One: "one-of", Half: "half-of"} }
