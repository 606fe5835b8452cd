// SPDX-License-Identifier: Apache-2.0

package codec

// Encoder encodes messages of one type. It is safe for concurrent use.
type Encoder struct {
	codec *Codec
	info  *typeInfo
}

// Encoder returns what encodes v and others of its type; false when the last that was encoded is of another, or cannot
// travel.
func (c *Codec) Encoder(v any) (e Encoder, ok bool) {
	e = Encoder{c, c.encoded.last.Load()}
	return e, e.info != nil && e.info.bad == nil && e.Encodes(v)
}

// Encodes reports whether v is of that type, and no nil pointer.
func (e *Encoder) Encodes(v any) bool {
	return e.info.word == typeWord(v) && (!e.info.pointer || valueWord(v) != nil)
}

// Head is what stands before the bytes of every message of the type.
func (e *Encoder) Head() []byte { return e.info.head }

// Append appends the bytes of v.
func (e *Encoder) Append(dst []byte, v any) ([]byte, error) {
	if e.info.plain != nil {
		if out, ok := e.info.plain.append(dst, v); ok {
			return out, nil
		}
	}
	return e.codec.appendPayload(dst, e.info, v)
}
