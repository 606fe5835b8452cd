// SPDX-License-Identifier: Apache-2.0

package plan

import "time"

// Version is the version of the language, the first line of every plan.
const Version = 1

// Plan says what strikes a run. The zero value is the empty plan: nothing does.
type Plan struct {
	// Seed decides what the plan leaves open: the schedule, latencies, spans. Nil: the run's own seed.
	Seed *uint64
	// Profile names what strikes by chance besides the entries, one of [Profiles]. Empty: nothing.
	Profile string
	// Hosts are the hosts of the scenario, if the plan declares them: then other names are mistakes.
	Hosts []string

	Links     []Link     // later ones override earlier ones, setting by setting
	Clocks    []Clock    // likewise
	Disks     []Disk     // likewise
	Timed     []Timed    // at and every
	Occasions []Occasion // on
	Heal      *Heal      // the liveness phase; nil: none
}

// Profiles are the names a plan may give in its profile statement.
func Profiles() []string { return []string{"calm", "lan", "wan", "hostile", "swarm"} }

// Link sets what the way from one host to another is like. Nil settings are left as they are.
type Link struct {
	From, To  Pattern
	Latency   *Span // of each delivery
	Tail      *Tail // late deliveries
	Bandwidth *Rate
	Loss      *Share // of segments: each delays the stream by TCP's retransmission
	Split     *Share // of writes that arrive in pieces
	Reset     *Share // of writes in which the connection is cut
	Refuse    *Share // of dials
	Flip      *Share // of segments with one wrong bit
}

// Tail is a share of deliveries that are late, by up to Max.
type Tail struct {
	Share Share
	Max   time.Duration
}

// Clock sets how a host's clock goes. Nil settings are left as they are.
type Clock struct {
	Host   Pattern
	Offset *time.Duration // what it shows beyond the true time at the start
	Drift  *int64         // parts per million; 200 gains 200 us in a second
}

// Disk sets what a host's disk is like. Nil settings are left as they are.
type Disk struct {
	Host     Pattern
	Room     *Size  // bytes that fit on it
	Slow     *Span  // each read, write and sync
	LoseSync *Share // of syncs that keep nothing, though they succeed
	Torn     *Share // of writes that a crash leaves in part
	Flip     *Share // of reads with one wrong bit
}

// Timed is something that strikes at a time, or again and again.
type Timed struct {
	At    time.Duration // since the start, unless Every is set
	Every *Span         // from one to the next; the first one strikes after one span
	Do    Action
}

// Occasion is something that strikes the nth time that a kind of thing happens.
type Occasion struct {
	Kind     string  // "rpc:Register", "block:OpenBlocks"; or "dial", "write", "segment" of a link
	From, To Pattern // empty: any
	// Conn is which connection between the two hosts it must be on, counted from 1 in the order they were asked for,
	// whichever host asked. 0: any.
	Conn uint64
	// First and Last are which occurrences it strikes, counted from 1 for each pair of
	// hosts, or on the connection.
	First, Last uint64
	Do          Effect
}

// Heal ends all faults and asks the hosts that are left to finish their work.
type Heal struct {
	At     time.Duration
	Core   Core
	Within time.Duration // in which everything that is pending must finish
}

// Core is which hosts are healed; what is broken of the others stays broken.
type Core int

// The cores.
const (
	All      Core = iota + 1 // every host
	Majority                 // a drawn majority
)
