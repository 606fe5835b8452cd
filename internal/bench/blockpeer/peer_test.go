// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func closing(t *testing.T, c io.Closer) {
	t.Helper()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
}

// fileOf makes a file of n random bytes.
func fileOf(t *testing.T, n int) (path string, data []byte) {
	t.Helper()
	data = make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(data) // which never fails
	path = filepath.Join(t.TempDir(), "blocks")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, data
}

// connected returns a puller of the peer's blocks of path.
func connected(t *testing.T, p Peer, path string, w Want) Puller {
	t.Helper()
	s, err := p.Serve(Have{Path: path, Block: w.Block})
	if err != nil {
		t.Fatal(err)
	}
	closing(t, s)
	c, err := p.Dial(s.Addr(), w)
	if err != nil {
		t.Fatal(err)
	}
	closing(t, c)
	return c
}

func TestPeersPull(t *testing.T) {
	for _, p := range All() {
		for _, block := range []int64{1 << 10, 64 << 10, 100_000} {
			t.Run(p.Name, func(t *testing.T) {
				path, _ := fileOf(t, 30*int(block))
				c := connected(t, p, path, Want{Block: block, Outstanding: 8})
				for _, r := range [][2]int64{{0, 30}, {3, 1}, {29, 1}, {5, 20}} {
					if err := c.Pull(r[0], r[1]); err != nil {
						t.Errorf("pull %d from block %d of %d bytes: %v", r[1], r[0], block, err)
					}
				}
			})
		}
	}
}

func TestPeersPullBeyondTheEnd(t *testing.T) {
	for _, p := range All() {
		if p.Name == RawWrite {
			continue // its blocks are no file's
		}
		t.Run(p.Name, func(t *testing.T) {
			path, _ := fileOf(t, 3000)
			if err := connected(t, p, path, Want{Block: 1000, Outstanding: 2}).Pull(1, 3); err == nil {
				t.Error("no error for a block that is not there")
			}
		})
	}
}

func TestPeersPullToAFile(t *testing.T) {
	for _, name := range []string{Chunks, RawSendfile, RawPread} {
		t.Run(name, func(t *testing.T) {
			p, err := Find(name)
			if err != nil {
				t.Fatal(err)
			}
			const block = 100_000
			path, data := fileOf(t, 20*block)
			dest := filepath.Join(t.TempDir(), "dest")
			c := connected(t, p, path, Want{Block: block, Outstanding: 8, Dest: dest})
			if err := c.Pull(2, 18); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(dest)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Clone(data)
			clear(want[:2*block])
			if !bytes.Equal(got, want) {
				t.Errorf("%d bytes that differ from the %d that were served", len(got), len(want))
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

// TestServicePullsToFiles: the folder is removed by Close, which fails when a file is left in it.
func TestServicePullsToFiles(t *testing.T) {
	p, err := Find(Service)
	if err != nil {
		t.Fatal(err)
	}
	path, _ := fileOf(t, 30_000)
	c := connected(t, p, path, Want{Block: 1000, Outstanding: 8, Dest: filepath.Join(t.TempDir(), "dest")})
	if err := c.Pull(3, 27); err != nil {
		t.Error(err)
	}
	if err := c.Pull(3, 28); err == nil {
		t.Error("no error for a block that is not there")
	}
}
