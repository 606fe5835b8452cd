// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Index says where the blocks of one map output lie in its data file. It is immutable. Follows ShuffleIndexInformation.
type Index struct {
	offsets []int64 // of each reducer's block, and the end; the first is 0, none is below the one before
}

// maxIndexBytes is the size of the largest index that is read: 16 million reducers.
const maxIndexBytes = 128 << 20

// NewIndex is the index of blocks of these lengths, one for each reducer, which are not negative.
func NewIndex(lengths []int64) Index {
	x := Index{offsets: make([]int64, 1, len(lengths)+1)}
	for i, n := range lengths {
		x.offsets = append(x.offsets, x.offsets[i]+n)
	}
	return x
}

// ParseIndex reads the whole of an index file.
func ParseIndex(b []byte) (Index, error) {
	if len(b) < 16 || len(b)%8 != 0 {
		return Index{}, fmt.Errorf("%d bytes are no list of offsets: %w", len(b), ErrTorn)
	}
	x := Index{offsets: make([]int64, len(b)/8)}
	last := int64(0)
	for i := range x.offsets {
		at := int64(binary.BigEndian.Uint64(b[8*i:]))
		switch {
		case i == 0 && at != 0:
			return Index{}, fmt.Errorf("the first offset is %d: %w", at, ErrTorn)
		case at < last:
			return Index{}, fmt.Errorf("offset %d of reducer %d lies before %d: %w", at, i, last, ErrTorn)
		}
		x.offsets[i], last = at, at
	}
	return x, nil
}

// Append appends the bytes of the file.
func (x Index) Append(dst []byte) []byte {
	for _, at := range x.offsets {
		dst = binary.BigEndian.AppendUint64(dst, uint64(at))
	}
	return dst
}

// Reducers is how many blocks there are.
func (x Index) Reducers() int { return len(x.offsets) - 1 }

// Size is how many bytes the data file has.
func (x Index) Size() int64 { return x.offsets[len(x.offsets)-1] }

// Range is where the blocks of the reducers from start up to end, exclusive, lie.
func (x Index) Range(start, end int32) (offset, length int64, err error) {
	if start < 0 || end <= start || int(end) > x.Reducers() {
		return 0, 0, fmt.Errorf("reducers %d to %d of %d", start, end, x.Reducers())
	}
	return x.offsets[start], x.offsets[end] - x.offsets[start], nil
}

// Retained is the size in bytes that Spark counts an index with in its cache.
func (x Index) Retained() int64 { return 8*int64(len(x.offsets)) + 176 }

// ErrTorn says that a shuffle file is not what its kind looks like, or that an index and its data do not belong together.
var ErrTorn = errors.New("the shuffle file is torn")

// ReadIndex reads an index file.
func ReadIndex(at Place) (Index, error) {
	b, err := readWhole(at, maxIndexBytes)
	if err != nil {
		return Index{}, err
	}
	x, err := ParseIndex(b)
	if err != nil {
		return Index{}, fmt.Errorf("read %s: %w", at.Path, err)
	}
	return x, nil
}

// readWhole reads a regular file of at most limit bytes.
func readWhole(at Place, limit int64) ([]byte, error) {
	info, err := at.Files.Stat(at.Name)
	switch {
	case err != nil:
		return nil, &MissingError{Path: at.Path, Cause: err}
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("read %s: not a file: %w", at.Path, ErrTorn)
	case info.Size() > limit:
		return nil, fmt.Errorf("read %s: %d bytes, the limit is %d: %w", at.Path, info.Size(), limit, ErrTorn)
	}
	f, err := at.Files.Open(at.Name)
	if err != nil {
		return nil, &MissingError{Path: at.Path, Cause: err}
	}
	defer f.Close()
	b := make([]byte, info.Size())
	if n, err := f.ReadAt(b, 0); n < len(b) {
		if errors.Is(err, io.EOF) {
			err = ErrTorn
		}
		return nil, fmt.Errorf("read %s: %w", at.Path, err)
	}
	return b, nil
}
