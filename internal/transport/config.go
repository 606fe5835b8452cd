// SPDX-License-Identifier: Apache-2.0

package transport

import "time"

// Config is what the connections of one server or client factory share.
type Config struct {
	ConnectTimeout     time.Duration // bounds one connection attempt with its bootstraps; <= 0: no bound of its own
	ConnectionTimeout  time.Duration // no traffic for so long with requests outstanding closes a connection; <= 0: never
	CloseIdle          bool          // close it without requests outstanding too
	ConnectionsPerPeer int           // slots of a pool, at least 1
	RetryWait          time.Duration // fail-fast attempts fail at once for 95 % of it after a failed one
	MaxPayload         int           // bytes of one received frame; 0: the wire's own limit
}

// writeRoom is how many bytes may wait to be written before requests are no longer taken in and new ones wait.
const writeRoom = 4 << 20

// CopyLimit is the size in bytes up to which a body is copied behind its header instead of being written by itself: the
// caller may then use it again when the call has returned.
const CopyLimit = 32 << 10

// readAtLeast is how much free space a read gets, in bytes.
const readAtLeast = 4 << 10
