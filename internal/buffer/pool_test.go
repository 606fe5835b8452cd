// SPDX-License-Identifier: Apache-2.0

package buffer

import (
	"errors"
	"io"
	"testing"
)

func TestClassesHoldTheirSizes(t *testing.T) {
	for n := 0; n <= Largest; n += 1 + n/100 {
		c := classOf(n)
		if c >= classCount {
			t.Fatalf("%d bytes are in class %d of %d", n, c, classCount)
		}
		if size := sizeOf(c); size < n || n > smallest && size-n > size/5 {
			t.Errorf("%d bytes are in class %d of %d bytes", n, c, size)
		}
		if c > 0 && sizeOf(c-1) >= n {
			t.Errorf("%d bytes are in class %d, but the one before holds %d", n, c, sizeOf(c-1))
		}
	}
	if sizeOf(classCount-1) != Largest || classOf(Largest) != classCount-1 || classOf(Largest+1) != classCount {
		t.Errorf("the last class holds %d bytes, %d bytes are in class %d", sizeOf(classCount-1), Largest, classOf(Largest))
	}
}

func TestPooledCounts(t *testing.T) {
	var pool Pool
	b := pool.Get(3)
	copy(b.Memory(), "abc")
	b.Retain()
	b.Release()
	r, err := b.Open()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); string(got) != "abc" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	if got, err := b.Bytes(); string(got) != "abc" || b.Size() != 3 || err != nil {
		t.Errorf("Bytes = %q, %v", got, err)
	}
	b.Release()
	if _, err := b.Bytes(); !errors.Is(err, ErrReleased) {
		t.Errorf("Bytes after the last release: %v", err)
	}
	if _, err := b.Open(); !errors.Is(err, ErrReleased) {
		t.Errorf("Open after the last release: %v", err)
	}
}

func TestReferencesTooMany(t *testing.T) {
	for name, use := range map[string]func(*Pooled){"release": (*Pooled).Release, "retain": (*Pooled).Retain} {
		t.Run(name, func(t *testing.T) {
			var pool Pool
			b := pool.Get(1)
			b.Release()
			pool.Get(1) // another may have the memory by now
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			use(b)
		})
	}
}

func TestLargeBuffersAreNotKept(t *testing.T) {
	var pool Pool
	b := pool.Get(Largest + 1)
	if len(b.Memory()) != Largest+1 {
		t.Errorf("%d bytes", len(b.Memory()))
	}
	b.Release()
}

func TestPartsKeepTheWhole(t *testing.T) {
	var pool Pool
	whole := pool.Get(10)
	copy(whole.Memory(), "0123456789")
	a, b := whole.Part(0, 4), whole.Part(6, 3)
	whole.Release()
	a.Release()
	if got, err := b.Bytes(); string(got) != "678" || cap(got) != 3 || b.Size() != 3 || err != nil {
		t.Errorf("Bytes = %q of %d, %v", got, cap(got), err)
	}
	if _, err := whole.Bytes(); err != nil {
		t.Errorf("the whole, with a part left: %v", err)
	}
	b.Release()
	for name, p := range map[string]*Pooled{"whole": whole, "first part": a, "last part": b} {
		if _, err := p.Bytes(); !errors.Is(err, ErrReleased) {
			t.Errorf("Bytes of the %s after the last release: %v", name, err)
		}
	}
}
