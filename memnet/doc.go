// SPDX-License-Identifier: Apache-2.0

// Package memnet is the simulated world: hosts, a network of byte streams between them, and virtual time, in one process
// and repeatable from one seed.
//
// A [World] runs the tasks of its hosts as coroutines, one at a time. Everything left to chance is drawn from the seed:
// which task goes on, how long bytes take, where a write is cut, when a host crashes. The same seed and the same source
// give the same run, and the same [Result.Hash], on any number of cores and in a race build. Virtual time starts on
// 2100-01-01 and jumps from event to event, so an hour of waiting costs nothing.
//
//	w := memnet.New(memnet.Config{Seed: 42, Faults: simulator.Hostile()})
//	w.Host("server").Boot(serve)
//	w.Host("client").Boot(call)
//	result := w.Run(nil)
//
// # What a task may do
//
// Tasks wait only in calls of the seam: Waiter, Mutex, connections and what api builds on them. A task that blocks on
// anything else (a channel, a sync.Mutex whose holder is parked, time.Sleep) stops the world; a watchdog then ends the
// run as [Stalled] and names the task and its stack. Goroutines started with the go statement must not call the seam:
// the call panics and says so. A task that computes for long is fine. One that does nothing but yield, a million times in a
// row, takes time from then on, so that what it waits for comes, or the end of a run in which it never does.
//
// # Chance
//
// A choice is a number below a bound that a named stream was asked for, and 0 is always the calm one: first come first
// served, the median delay, no fault. The n-th value of a stream depends on the seed, its name and n only, so what
// happens to one host does not shift what is drawn for another. With Config.Record a run tells its choices
// (Result.Tape) and its faults (Result.Plan). Config.Tape plays choices again, exactly, or as far as they fit once the
// code has changed; Config.Plan strikes faults by link, host, message and occurrence, and a recorded one makes the same
// run again. Config.Strategy says how the task that goes on is picked.
//
// # The network
//
// A connection is two streams of bytes. Bytes arrive in order and are never lost inside a stream: a partition shows as
// delay, then as a reset; loss as the wait until TCP sends again; a crash of the other host as a reset, as an end, or
// first as silence (half-open). Close sends the end
// after what was written; CloseWrite ends one direction only. At most 256 KiB of a direction are on the way or unread;
// beyond that writers wait. A dial takes a round trip, is refused when nobody listens or the host is down, and waits
// while a partition lasts. A host reaches itself in 10 µs and without faults. TLS is not simulated: crypto/tls blocks
// and starts goroutines of its own.
//
// # Clocks and disks
//
// A host's clock may be wrong, drift and jump; the differences between its times stay right, as those of the machine's
// monotonic clock do. A crash keeps what was synced of a file, and a drawn part of what was written since. A disk may be
// slow or full, forget a sync, tear the last write of a crash, or give a wrong bit.
//
// # The end of a run
//
// When the verdict is known nothing runs any more. The tasks that are left are then ended: their deferred functions
// run, and every call on the seam in them that could wait ends the task again.
package memnet
