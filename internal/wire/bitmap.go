// SPDX-License-Identifier: Apache-2.0

package wire

import "github.com/RoaringBitmap/roaring/v2"

// Bitmap is a set of uint32 in RoaringBitmap's portable form, the only
// little-endian thing on the wire and the only one without a length in front.
// The zero value is the empty set. Copies share what they hold, so a Bitmap is
// filled by its owner before it is handed on. This is the one file that knows
// the library.
type Bitmap struct {
	set *roaring.Bitmap
}

// NewBitmap is the set of the given values.
func NewBitmap(values ...uint32) Bitmap { return Bitmap{set: roaring.BitmapOf(values...)} }

// Add puts one value into the set.
func (b *Bitmap) Add(v uint32) { b.own().Add(v) }

// AddRange puts the values from first to last, both included, into the set.
func (b *Bitmap) AddRange(first, last uint32) { b.own().AddRange(uint64(first), uint64(last)+1) }

func (b *Bitmap) own() *roaring.Bitmap {
	if b.set == nil {
		b.set = roaring.New()
	}
	return b.set
}

// Contains reports whether v is in the set.
func (b Bitmap) Contains(v uint32) bool { return b.set != nil && b.set.Contains(v) }

// Len is the number of values in the set.
func (b Bitmap) Len() int {
	if b.set == nil {
		return 0
	}
	return int(b.set.GetCardinality())
}

// Values lists the set in ascending order.
func (b Bitmap) Values() []uint32 {
	if b.set == nil {
		return nil
	}
	return b.set.ToArray()
}

// Equal reports whether both sets hold the same values, however they are stored.
func (b Bitmap) Equal(other Bitmap) bool { return b.own().Equals(other.own()) }

// String lists the values, a long set cut short.
func (b Bitmap) String() string { return b.own().String() }

// AppendBitmap appends the set as Spark writes it: runs wherever they are
// smaller, and no length. Follows Encoders.Bitmaps.
func AppendBitmap(dst []byte, b Bitmap) []byte {
	set := b.own().Clone()
	set.RunOptimize()
	out, err := set.MarshalBinary()
	if err != nil { // it writes to memory
		panic("wire: bitmap: " + err.Error())
	}
	return append(dst, out...)
}

// ParseBitmap reads the set at the front of b and returns what is behind it.
// The set is a copy. Every invariant of the format is checked first, in one
// pass over the bytes, so that hostile ones can neither cost more than their
// size nor upset the library. Input that ends inside matches ErrShort; anything
// else wrong is a *BitmapError.
func ParseBitmap(b []byte) (set Bitmap, rest []byte, err error) {
	n, err := bitmapLen(b)
	if err != nil {
		return Bitmap{}, nil, err
	}
	read := roaring.New()
	if err := read.UnmarshalBinary(b[:n]); err != nil {
		return Bitmap{}, nil, &BitmapError{Offset: n, Why: err.Error()}
	}
	return Bitmap{set: read}, b[n:], nil
}

// AppendBitmaps appends the number of sets, then each.
func AppendBitmaps(dst []byte, list []Bitmap) []byte {
	dst = AppendInt32(dst, int32(len(list)))
	for _, b := range list {
		dst = AppendBitmap(dst, b)
	}
	return dst
}
