// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// The constants of RoaringFormatSpec.
const (
	bitmapCookieRuns = 12347 // low half of the first word; the high half is the number of containers less one
	bitmapCookie     = 12346 // the whole first word; the number of containers follows
	bitmapOffsetsMin = 4     // with runs, the offset table is there from so many containers on
	bitmapArrayMax   = 4096  // a container of more values without runs is a bitset
	bitmapBitsetLen  = 8192
)

// BitmapError says that bytes are no RoaringBitmap.
type BitmapError struct {
	Offset int // where in the bitmap the mistake was noticed
	Why    string
}

// Error names the place and the mistake.
func (e *BitmapError) Error() string { return fmt.Sprintf("bitmap at byte %d: %s", e.Offset, e.Why) }

// JavaText is the first line a JVM would print; see the function of that name.
func (e *BitmapError) JavaText() string {
	return "org.roaringbitmap.InvalidRoaringFormat: " + e.Error()
}

// bitmapWalk goes once over a serialized bitmap.
type bitmapWalk struct {
	b    []byte
	off  int
	runs []byte // one bit a container, nil when none is a run container
}

// bitmapLen is the size of the bitmap at the front of b, whose every invariant
// it has checked but for the offset table, which no reader in memory needs.
func bitmapLen(b []byte) (int, error) {
	w := bitmapWalk{b: b}
	count, err := w.header()
	if err != nil {
		return 0, err
	}
	keys, err := w.next(4 * count)
	if err != nil {
		return 0, err
	}
	if w.runs == nil || count >= bitmapOffsetsMin {
		if _, err := w.next(4 * count); err != nil {
			return 0, err
		}
	}
	last := -1
	for i := range count {
		key := int(binary.LittleEndian.Uint16(keys[4*i:]))
		if key <= last {
			return 0, w.fail("keys not ascending")
		}
		last = key
		if err := w.container(i, int(binary.LittleEndian.Uint16(keys[4*i+2:]))+1); err != nil {
			return 0, err
		}
	}
	return w.off, nil
}

// header reads the cookie, the number of containers and the run flags.
func (w *bitmapWalk) header() (count int, err error) {
	word, err := w.next(4)
	if err != nil {
		return 0, err
	}
	cookie := binary.LittleEndian.Uint32(word)
	switch {
	case cookie&0xffff == bitmapCookieRuns:
		count = int(cookie>>16) + 1
		w.runs, err = w.next((count + 7) / 8)
		return count, err
	case cookie == bitmapCookie:
		if word, err = w.next(4); err != nil {
			return 0, err
		}
		n := binary.LittleEndian.Uint32(word)
		if n > 1<<16 {
			return 0, w.fail("more than 65536 containers")
		}
		return int(n), nil
	}
	return 0, w.fail("unknown cookie")
}

// container checks container i, which holds size values unless it has runs.
func (w *bitmapWalk) container(i, size int) error {
	switch {
	case w.runs != nil && w.runs[i/8]&(1<<(i%8)) != 0:
		return w.runContainer()
	case size <= bitmapArrayMax:
		return w.arrayContainer(size)
	}
	words, err := w.next(bitmapBitsetLen)
	if err != nil {
		return err
	}
	found := 0
	for j := 0; j < len(words); j += 8 {
		found += bits.OnesCount64(binary.LittleEndian.Uint64(words[j:]))
	}
	if found != size {
		return w.fail("bitset of another cardinality than announced")
	}
	return nil
}

func (w *bitmapWalk) arrayContainer(size int) error {
	values, err := w.next(2 * size)
	if err != nil {
		return err
	}
	last := -1
	for j := 0; j < len(values); j += 2 {
		v := int(binary.LittleEndian.Uint16(values[j:]))
		if v <= last {
			return w.fail("values not ascending")
		}
		last = v
	}
	return nil
}

func (w *bitmapWalk) runContainer() error {
	word, err := w.next(2)
	if err != nil {
		return err
	}
	count := int(binary.LittleEndian.Uint16(word))
	if count == 0 {
		return w.fail("container without values")
	}
	pairs, err := w.next(4 * count)
	if err != nil {
		return err
	}
	end := -1 // first value that no earlier run holds or touches
	for j := 0; j < len(pairs); j += 4 {
		first := int(binary.LittleEndian.Uint16(pairs[j:]))
		last := first + int(binary.LittleEndian.Uint16(pairs[j+2:]))
		if first < end || last > 0xffff {
			return w.fail("runs overlap or leave their container")
		}
		end = last + 2
	}
	return nil
}

func (w *bitmapWalk) next(n int) ([]byte, error) {
	if len(w.b)-w.off < n {
		return nil, &ShortError{Offset: w.off, Need: n, Have: len(w.b)}
	}
	w.off += n
	return w.b[w.off-n : w.off], nil
}

func (w *bitmapWalk) fail(why string) error { return &BitmapError{Offset: w.off, Why: why} }
