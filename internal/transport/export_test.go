// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"net"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// Writer is a connection's writer by itself.
type Writer struct{ *writer }

// GatherLimit is the largest segment of a file that is read.
const GatherLimit = gatherLimit

// NewWriter returns the writer of conn.
func NewWriter(rt api.Runtime, conn net.Conn, fail func(error)) Writer {
	return Writer{newWriter(newShared(rt, Config{}), conn, new(atomic.Bool), fail, func() {})}
}

// Add adds a step.
func (w Writer) Add(header string, body api.ManagedBuffer) {
	w.add(func(dst []byte) []byte { return append(dst, header...) }, nil, body, nil)
}

// Flush writes what was added.
func (w Writer) Flush() { w.flush() }

// Pending is how many bytes wait.
func (w Writer) Pending() int64 { return w.amount() }

// FailureText is what travels for an error.
func FailureText(err error, limit int) string { return failureText(err, limit) }

// BodyPiece is how much of a chunk is read at once.
const BodyPiece = bodyPiece

// Reader is a connection's reader by itself.
type Reader struct{ *reader }

// NewReader returns the reader of conn.
func NewReader(rt api.Runtime, conn net.Conn) Reader {
	return Reader{newReader(newShared(rt, Config{}), conn)}
}

// Chunk reads a large chunk, one of so many that are waited for.
func (r Reader) Chunk(waited int) (api.ManagedBuffer, error) {
	for {
		r.lean = true
		_, rest, ok, err := r.decoder.TakeFrameStart(wire.ChunkFetchSuccessStart)
		switch {
		case err != nil:
			return nil, err
		case ok:
			return r.body(rest, waited)
		}
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

// Held is what came with the chunks.
func (r Reader) Held() []byte { return r.decoder.TakeRaw(int64(r.decoder.Buffered())) }
