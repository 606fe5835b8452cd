// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// breakable is a network whose connections can be broken, all at once.
type breakable struct {
	api.Network
	mu    sync.Mutex // never held across a call on the seam
	conns []net.Conn
}

func (b *breakable) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := b.Network.Dial(ctx, addr)
	if err == nil {
		b.mu.Lock()
		b.conns = append(b.conns, c)
		b.mu.Unlock()
	}
	return c, err
}

// cut breaks every connection that was made so far.
func (b *breakable) cut() {
	b.mu.Lock()
	conns := b.conns
	b.conns = nil
	b.mu.Unlock()
	for _, c := range conns {
		c.Close()
	}
}

// midway is a block that does something when it is half sent; it comes in full all the same, if somebody is there.
type midway struct {
	api.ManagedBuffer
	do func()
}

func (m midway) Bytes() ([]byte, error) {
	m.do()
	return m.ManagedBuffer.Bytes()
}

// faults are what happens to a fetch in its midst, and whether the blocks come all the same when it is tried again.
type faults struct {
	name   string
	strike func(net *breakable, server api.BlockTransferService, ctx context.Context) func()
	mended bool
}

// TestFaultsInTheMidst: the connection is cut, or the server ends, while the second of four blocks is on its way. Each
// block ends once, in its bytes or in an error that names it and the cause, and nothing is left: the stage counts buffers,
// files, goroutines and descriptors.
func TestFaultsInTheMidst(t *testing.T) {
	for _, f := range []faults{
		{"connection", func(n *breakable, _ api.BlockTransferService, _ context.Context) func() { return n.cut }, true},
		{"server", func(_ *breakable, server api.BlockTransferService, ctx context.Context) func() {
			short, cancel := context.WithCancel(context.WithoutCancel(ctx))
			cancel()
			return func() { _ = server.Close(short) } // at once
		}, false},
	} {
		for _, toFiles := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, to files %v", f.name, toFiles), func(t *testing.T) {
				inWorlds(t, func(s *stage) { strike(s, f, toFiles) })
			})
		}
	}
}

func strike(s *stage, f faults, toFiles bool) {
	s.Helper()
	near := &breakable{Network: s.near.network}
	blocks := &store{blocks: map[string]api.ManagedBuffer{}}
	server := s.service(s.far, api.BlockTransferConfig{}, blocks)
	ids := []string{"rdd_0_0", "rdd_0_1", "rdd_0_2", "rdd_0_3"}
	var struck atomic.Bool
	hit := f.strike(near, server, s.ctx)
	for i, id := range ids {
		b := api.NewBytesBuffer(random(100_000 + i))
		if i == 1 {
			b = midway{b, func() {
				if struck.CompareAndSwap(false, true) {
					hit()
				}
			}}
		}
		blocks.blocks[id] = b
	}
	disk := newFullDisk(s.near.files, 1<<30)
	files, left := s.temp(s.near, disk)
	h := newHeard()
	client := s.service(s.near, api.BlockTransferConfig{Network: near, MaxRetries: 2, RetryWait: 1}, noBlocks{})
	if toFiles {
		client.FetchBlocksToFiles(s.ctx, server.Address(), "1", ids, files, h)
	} else {
		client.FetchBlocks(s.ctx, server.Address(), "1", ids, h)
	}
	s.until("each block's outcome", func() bool { return h.count() >= len(ids) })
	for i, id := range ids {
		err := h.errs[id]
		named, ok := errors.AsType[*api.BlockError](err)
		switch {
		case err == nil && h.data[id] != string(random(100_000+i)):
			s.Errorf("%s: %d bytes, or others than its own", id, len(h.data[id]))
		case err != nil && (f.mended || !ok || named.BlockID != id || !errors.Is(err, api.ErrConnectionClosed)):
			s.Errorf("%s: %v", id, err)
		}
	}
	if h.count() != len(ids) || !struck.Load() {
		s.Errorf("heard of %v, struck %v", h.order, struck.Load())
	}
	s.until("the end of the files", func() bool { return len(left()) == 0 && disk.open.Load() == 0 })
}

// TestTornFile: a file that is shorter than it was when its block was opened. The block fails, with the file and the cause;
// its neighbour comes, over the same connection and at once.
func TestTornFile(t *testing.T) {
	for _, size := range []int{3000, 300_000} { // read, or sent by the system
		inWorlds(t, func(s *stage) {
			write := func(n int) {
				f, err := s.far.files.Create(s.far.dir + "/torn")
				if err == nil {
					_, err = f.Write(random(n))
				}
				if err == nil {
					err = f.Close()
				}
				if err != nil {
					s.Fatal(err)
				}
			}
			write(size)
			blocks := &store{blocks: map[string]api.ManagedBuffer{
				"rdd_0_0": api.NewFileSegment(s.far.files, s.far.dir+"/torn", 0, int64(size)),
				"rdd_0_1": api.NewBytesBuffer(random(10)),
			}}
			write(size / 2)
			server := s.service(s.far, api.BlockTransferConfig{}, blocks)
			client := s.service(s.near, api.BlockTransferConfig{MaxRetries: 1, RetryWait: 1}, noBlocks{})
			got := api.FetchBlocks(s.ctx, client, server.Address(), "1", []string{"rdd_0_0", "rdd_0_1"})
			for _, part := range []string{"fetch rdd_0_0 ", "/torn offset 0", fmt.Sprintf("has %d bytes", size/2), io.ErrUnexpectedEOF.Error()} {
				if err := got[0].Err; err == nil || errors.Is(err, api.ErrConnectionClosed) || !strings.Contains(err.Error(), part) {
					s.Errorf("want %q in %v", part, err)
				}
			}
			if got[1].Err != nil {
				s.Fatal(got[1].Err)
			}
			got[1].Data.Release()
			if n := client.Stats().Retries; n != 0 {
				s.Errorf("%d retries", n)
			}
		})
	}
}
