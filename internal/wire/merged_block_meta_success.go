// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// MergedBlockMetaSuccess answers a MergedBlockMetaRequest. Its body is one
// bitmap for each chunk, back to back: which map indexes are merged into it.
type MergedBlockMetaSuccess struct {
	RequestID int64
	NumChunks int32
	Body      []byte // the rest of the frame; see Bitmaps
}

// Type is TypeMergedBlockMetaSuccess.
func (MergedBlockMetaSuccess) Type() MessageType { return TypeMergedBlockMetaSuccess }

// String shows the id, the number of chunks and the size of the body.
func (m MergedBlockMetaSuccess) String() string {
	return fmt.Sprintf("MergedBlockMetaSuccess[requestId=%d,numChunks=%d,body=%d bytes]",
		m.RequestID, m.NumChunks, len(m.Body))
}

// AppendHeader appends the id and the number of chunks.
func (m MergedBlockMetaSuccess) AppendHeader(dst []byte) []byte { return m.appendHeaderFor(dst, 0) }

func (m MergedBlockMetaSuccess) appendHeaderFor(dst []byte, _ int64) []byte {
	return AppendInt32(AppendInt64(dst, m.RequestID), m.NumChunks)
}

func (m MergedBlockMetaSuccess) inFrame() []byte { return m.Body }

// Bitmaps reads the body: exactly NumChunks bitmaps. Spark only asserts that
// the number is right; a reader of chunks needs it to be. Follows MergedBlockMeta.
func (m MergedBlockMetaSuccess) Bitmaps() ([]Bitmap, error) {
	var list []Bitmap
	for rest := m.Body; len(rest) > 0; {
		b, left, err := ParseBitmap(rest)
		if err != nil {
			return nil, err
		}
		list, rest = append(list, b), left
	}
	if len(list) != int(m.NumChunks) {
		return nil, &ChunkCountError{Announced: m.NumChunks, Found: len(list)}
	}
	return list, nil
}

// ChunkCountError says that a MergedBlockMetaSuccess holds another number of
// bitmaps than it announced.
type ChunkCountError struct {
	Announced int32
	Found     int
}

// Error names both numbers.
func (e *ChunkCountError) Error() string {
	return fmt.Sprintf("merged block meta: %d chunks announced, %d bitmaps found", e.Announced, e.Found)
}

// ParseMergedBlockMetaSuccess reads the payload of a MergedBlockMetaSuccess
// frame; Body aliases it and is not looked at.
func ParseMergedBlockMetaSuccess(payload []byte) (MergedBlockMetaSuccess, error) {
	r := NewFieldReader(payload, int8(TypeMergedBlockMetaSuccess))
	m := MergedBlockMetaSuccess{RequestID: r.Int64(), NumChunks: r.Int32(), Body: r.Rest()}
	return m, r.Err()
}
