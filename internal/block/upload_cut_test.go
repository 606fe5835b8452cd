// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// shortNetwork is one whose connections end when so many bytes were written to them.
type shortNetwork struct {
	api.Network
	after int
}

func (c shortNetwork) Dial(ctx context.Context, addr string) (net.Conn, error) {
	conn, err := c.Network.Dial(ctx, addr)
	return &cutConn{conn, c.after}, err
}

type cutConn struct {
	net.Conn
	left int
}

func (c *cutConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p[:min(len(p), c.left)])
	if c.left -= n; c.left == 0 && err == nil {
		err = net.ErrClosed
		c.Conn.Close()
	}
	return n, err
}

// TestUploadsCutInTheMidst: an upload that breaks off gives back the memory or the file that it had, and is not stored.
func TestUploadsCutInTheMidst(t *testing.T) {
	const size = 900_000
	inWorlds(t, func(s *stage) {
		_, left := s.temp(s.far, s.far.files)
		disk := newFullDisk(s.far.files, 1<<30)
		for name, cfg := range map[string]api.BlockTransferConfig{
			"memory": {UploadMemory: size}, "file": {MaxBlockInMemory: 1000, Files: disk, UploadDir: s.far.dir + "/temp"},
		} {
			m := &store{blocks: map[string]api.ManagedBuffer{}}
			server := s.service(s.far, cfg, m)
			upload := func(n api.Network) error {
				client := s.service(s.near, api.BlockTransferConfig{MaxBlockInMemory: 1, Network: n}, noBlocks{})
				return client.UploadBlock(s.ctx, server.Address(), "1", "rdd_1_1", api.NewBytesBuffer(random(size)), nil)
			}
			for _, after := range []int{1, 50, 5_000, size / 2, size} {
				if err := upload(shortNetwork{s.near.network, after}); !errors.Is(err, api.ErrConnectionClosed) {
					s.Errorf("%s, cut after %d bytes: %v", name, after, err)
				}
			}
			s.until("the end of the files", func() bool { return disk.open.Load() == 0 && len(left()) == 0 })
			s.until("the end of the connections", func() bool { return upload(s.near.network) == nil })
			if b, err := m.blocks["rdd_1_1"].Bytes(); err != nil || string(b) != string(random(size)) {
				s.Errorf("%s: %d bytes stored, or others, %v", name, len(b), err)
			}
		}
	})
}
