// SPDX-License-Identifier: Apache-2.0

package wire

import "encoding/binary"

// AppendFrame appends the whole frame of m: length, type, header and, for the
// types that keep it there, the body. The raw bytes behind a StreamResponse or
// an UploadStream are not part of a frame and are not written.
//
// The caller sees to it that the payload is at most MaxPayload bytes; a receiver
// closes the connection otherwise. Follows MessageEncoder.
func AppendFrame(dst []byte, m Message) []byte {
	b, ok := m.(bodied)
	if !ok {
		return AppendFrameHeader(dst, m, 0)
	}
	body := b.inFrame()
	return append(AppendFrameHeader(dst, m, int64(len(body))), body...)
}

// AppendFrameHeader appends the frame of m without its body, for a body of
// bodyLen bytes that is sent separately: a file, or a buffer too large to copy.
// The frame's length counts bodyLen, and m's own Body is not looked at.
//
// For messages that have no body in the frame bodyLen is not used: a
// StreamResponse or UploadStream announces its raw bytes in a field of its own.
func AppendFrameHeader(dst []byte, m Message, bodyLen int64) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0, 0, 0, 0, 0, byte(m.Type()))
	if b, ok := m.(bodied); ok {
		dst = b.appendHeaderFor(dst, bodyLen)
	} else {
		dst, bodyLen = m.AppendHeader(dst), 0
	}
	binary.BigEndian.PutUint64(dst[start:], uint64(int64(len(dst)-start)+bodyLen))
	return dst
}

// appendFrameStart appends the length of a frame with a header of headerLen
// bytes and a body of bodyLen bytes in it, then the type.
func appendFrameStart(dst []byte, t MessageType, headerLen int, bodyLen int64) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(int64(FrameHeaderLen+1+headerLen)+bodyLen))
	return append(dst, byte(t))
}
