// SPDX-License-Identifier: Apache-2.0

package fault

// Kind names a fault in plans, counts and reports.
type Kind string

// The kinds of faults.
const (
	Delay     Kind = "delay"     // bytes arrived later than the profile's usual latency
	Split     Kind = "split"     // one write arrived in pieces
	Reset     Kind = "reset"     // a connection was cut, both ends see an error
	HalfOpen  Kind = "half_open" // a connection was cut, one end does not hear of it
	Refuse    Kind = "refuse"    // a connection attempt was refused
	Partition Kind = "partition" // hosts could not reach each other for a while
	Crash     Kind = "crash"     // a host lost its memory and connections
	Restart   Kind = "restart"   // a crashed host came back
	Loss      Kind = "loss"      // bytes were sent again, after TCP's wait
	Clog      Kind = "clog"      // what a link carries was held back
	Flip      Kind = "flip"      // bytes arrived with one wrong bit
	Stall     Kind = "stall"     // a connection waited to be accepted, or for an answer
	Pause     Kind = "pause"     // a host stood still for a while
	Jump      Kind = "jump"      // a host's clock was set
	DiskFull  Kind = "disk_full" // a write found no room
	DiskSlow  Kind = "disk_slow" // a disk took its time
	LostSync  Kind = "lost_sync" // a sync kept nothing, though it succeeded
	Torn      Kind = "torn"      // a crash left a part of a write
	DiskFlip  Kind = "disk_flip" // a read gave one wrong bit
)

// Kinds returns all kinds, in the order above.
func Kinds() []Kind {
	return []Kind{
		Delay, Split, Reset, HalfOpen, Refuse, Partition, Crash, Restart, Loss, Clog, Flip, Stall, Pause, Jump,
		DiskFull, DiskSlow, LostSync, Torn, DiskFlip,
	}
}

// Counts says how often each kind fired. Kinds that never fired are absent.
type Counts map[Kind]uint64

// Add adds other to c.
func (c Counts) Add(other Counts) {
	for k, n := range other {
		c[k] += n
	}
}
