// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"bytes"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func closing(t *testing.T, c io.Closer) {
	t.Helper()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
}

func TestPeersEcho(t *testing.T) {
	for _, p := range All() {
		t.Run(p.Name, func(t *testing.T) {
			s, err := p.Serve()
			if err != nil {
				t.Fatal(err)
			}
			closing(t, s)
			c, err := p.Dial(s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			closing(t, c)
			for id, size := range []int{64, 0, 4096} {
				if err := c.Call(int64(id), make([]byte, size)); err != nil {
					t.Errorf("call with %d bytes: %v", size, err)
				}
			}
		})
	}
}

func TestPeersPush(t *testing.T) {
	for _, p := range All() {
		if p.Push == nil {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			s, err := p.Serve()
			if err != nil {
				t.Fatal(err)
			}
			closing(t, s)
			c, err := p.Push(s.Addr(), 1)
			if err != nil {
				t.Fatal(err)
			}
			closing(t, c)
			for _, n := range []int64{3, 1000, 1} {
				for id := range n {
					if err := c.Send(0, id, make([]byte, 64)); err != nil {
						t.Fatal(err)
					}
				}
				if got, err := c.Finish(); got != n || err != nil {
					t.Errorf("Finish after %d messages: %d, %v", n, got, err)
				}
			}
		})
	}
}

func TestFindKnowsTheNames(t *testing.T) {
	for _, p := range All() {
		if got, err := Find(p.Name); err != nil || got.Name != p.Name {
			t.Errorf("Find(%q) = %q, %v", p.Name, got.Name, err)
		}
	}
	if _, err := Find("nobody"); err == nil {
		t.Error("Find of an unknown name: no error")
	}
}

func TestSelfMessageRoundTrip(t *testing.T) {
	in := SelfMessage{ID: -7, Name: name, Data: []byte{1, 2, 3}}
	b, err := in.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	var out SelfMessage
	if err := out.UnmarshalBinary(bytes.Clone(b)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(in, out); d != "" {
		t.Error(d)
	}
	for n := range 3 {
		if err := out.UnmarshalBinary(b[:n]); err == nil {
			t.Errorf("the first %d bytes decode", n)
		}
	}
}
