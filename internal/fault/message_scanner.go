// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"encoding/binary"
	"strings"

	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// scanStart is how much of a frame is looked at to tell what it is.
const scanStart = 4 << 10

// MessageScanner finds the messages in the bytes of one direction of a connection, as they are written, and tells their
// kinds. What is encrypted or no frame of Spark's it does not understand, and then finds nothing more. The zero value is
// ready for use. Not safe for concurrent use.
type MessageScanner struct {
	head  []byte // the start of the frame at hand
	skip  int64  // bytes of it that are left, and the raw ones behind it
	blind bool
}

// FoundMessage is a message of which some bytes were in the scanned piece.
type FoundMessage struct {
	// Kind is "rpc:" or "block:" and a name: of the type of the message, as it stands on the wire, or of Spark's message.
	Kind string
	// Start and End are where the message and its raw bytes lie in the piece. Start is negative if it began in an earlier
	// one; End may lie behind the piece.
	Start, End int64
}

// Is reports whether the message is of that kind. "rpc:Register" also means types whose names end in it, behind a dot
// or a slash.
func (m FoundMessage) Is(kind string) bool {
	if m.Kind == kind {
		return true
	}
	family, name, _ := strings.Cut(kind, ":")
	ours, full, _ := strings.Cut(m.Kind, ":")
	rest, ok := strings.CutSuffix(full, name)
	return ok && family == ours && (strings.HasSuffix(rest, ".") || strings.HasSuffix(rest, "/"))
}

// Scan takes the next piece of the stream and calls found for every message that is recognized in it.
func (s *MessageScanner) Scan(piece []byte, found func(FoundMessage)) {
	at := int64(0)
	for !s.blind && at < int64(len(piece)) {
		if s.skip > 0 {
			n := min(s.skip, int64(len(piece))-at)
			s.skip -= n
			at += n
			continue
		}
		at = s.collect(piece, at, found)
	}
}

// collect takes bytes of the start of a frame until it is known.
func (s *MessageScanner) collect(piece []byte, at int64, found func(FoundMessage)) int64 {
	want := int64(wire.FrameHeaderLen)
	var size int64
	if len(s.head) >= wire.FrameHeaderLen {
		size = int64(binary.BigEndian.Uint64(s.head))
		want = min(size, scanStart)
	}
	n := min(want-int64(len(s.head)), int64(len(piece))-at)
	s.head = append(s.head, piece[at:at+n]...)
	at += n
	if int64(len(s.head)) < want {
		return at
	}
	if want == wire.FrameHeaderLen && size == 0 {
		size = int64(binary.BigEndian.Uint64(s.head))
		s.blind = size <= wire.FrameHeaderLen || size > wire.MaxPayload
		return at
	}
	payload := s.head[wire.FrameHeaderLen:]
	start := at - int64(len(s.head))
	size += rawBehind(payload)
	s.skip = size - int64(len(s.head))
	found(FoundMessage{Kind: kindOf(payload), Start: start, End: start + size})
	s.head = s.head[:0]
	return at
}

// rawBehind returns how many raw bytes follow a frame.
func rawBehind(payload []byte) int64 {
	switch wire.PeekType(payload) {
	case wire.TypeStreamResponse:
		if m, err := wire.ParseStreamResponse(payload); err == nil {
			return m.ByteCount
		}
	case wire.TypeUploadStream:
		if m, err := wire.ParseUploadStream(payload); err == nil {
			return m.BodyByteCount
		}
	}
	return 0
}

// kindOf names the message that a payload, or the start of one, holds.
func kindOf(payload []byte) string {
	switch t := wire.PeekType(payload); t {
	case wire.TypeRpcRequest, wire.TypeOneWayMessage:
		return kindOfBody(payload)
	case wire.TypeRpcResponse, wire.TypeRpcFailure:
		return "rpc:" + t.String()
	default:
		return "block:" + t.String()
	}
}

// kindOfBody tells a message between two RpcEnvs from one between block services, which share their frames.
func kindOfBody(payload []byte) string {
	var body []byte
	var err error
	if wire.PeekType(payload) == wire.TypeRpcRequest {
		_, body, err = wire.ParseRpcRequest(payload)
	} else {
		body, err = wire.ParseOneWayMessage(payload)
	}
	if err != nil || len(body) == 0 {
		return "rpc:" + wire.PeekType(payload).String()
	}
	if e, err := wire.ParseEnvelope(body); err == nil {
		if name := typeName(e.Content); name != "" {
			return "rpc:" + name
		}
	}
	return "block:" + blockwire.Type(body[0]).String()
}

// typeName reads the name of the message's type from its content, as package codec writes it.
func typeName(content []byte) string {
	const kindValue, kindFormat = 1, 3
	if len(content) == 0 {
		return ""
	}
	rest := content[1:]
	switch content[0] {
	case kindValue:
	case kindFormat:
		if len(rest) == 0 || len(rest) < 1+int(rest[0]) {
			return ""
		}
		rest = rest[1+int(rest[0]):]
	default:
		return ""
	}
	if len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
		return ""
	}
	return string(rest[2 : 2+int(binary.BigEndian.Uint16(rest))])
}
