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
)

// Counts says how often each kind fired. Kinds that never fired are absent.
type Counts map[Kind]uint64

// Add adds other to c.
func (c Counts) Add(other Counts) {
	for k, n := range other {
		c[k] += n
	}
}
