// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// cutting breaks something once so many bytes have come.
type cutting struct {
	bytes.Buffer
	after int
	cut   func()
}

func (c *cutting) Write(p []byte) (int, error) {
	n, err := c.Buffer.Write(p)
	if c.cut != nil && c.Len() >= c.after {
		c.cut()
		c.cut = nil
	}
	return n, err
}

func TestStreamBlock(t *testing.T) {
	inWorlds(t, func(s *stage) {
		near := &breakable{Network: s.near.network}
		want := random(3 << 20)
		server := s.service(s.far, api.BlockTransferConfig{}, &store{blocks: map[string]api.ManagedBuffer{"rdd_0_0": api.NewBytesBuffer(want)}})
		client := s.service(s.near, api.BlockTransferConfig{Network: near, RetryWait: 1}, noBlocks{})
		stream := func(id string, w *cutting) (int64, error) {
			return api.StreamBlock(s.ctx, client, server.Address(), "1", id, w)
		}
		whole := &cutting{}
		if n, err := stream("rdd_0_0", whole); err != nil || n != int64(len(want)) || !bytes.Equal(whole.Bytes(), want) {
			s.Error(n, err)
		}
		// One that breaks off is not begun again.
		torn := &cutting{after: 1 << 20, cut: near.cut}
		n, err := stream("rdd_0_0", torn)
		if err == nil || n >= int64(len(want)) || n != int64(torn.Len()) || !bytes.HasPrefix(want, torn.Bytes()) {
			s.Errorf("a stream that broke off after %d bytes ended with: %v", n, err)
		}
		if !errors.Is(err, api.ErrConnectionClosed) || !strings.Contains(err.Error(), "fetch rdd_0_0 ") || !strings.Contains(err.Error(), "the beginning has been written already") || client.Stats().Retries != 0 {
			s.Errorf("%d retries: %v", client.Stats().Retries, err)
		}
		if n, err := stream("rdd_0_1", &cutting{}); n != 0 || !errors.Is(err, api.ErrBlockNotFound) {
			s.Error(n, err)
		}
	})
}

// TestUploadDirIsSwept: a service deletes what an earlier one left in its directory, and nothing else.
func TestUploadDirIsSwept(t *testing.T) {
	inWorlds(t, func(s *stage) {
		files, left := s.temp(s.far, s.far.files)
		stale, err := files.CreateTempFile()
		if err == nil {
			_, err = stale.CloseAndRead()
		}
		if err != nil {
			s.Fatal(err)
		}
		other, err := s.far.files.Create(s.far.dir + "/temp/other")
		if err == nil {
			err = other.Close()
		}
		if err != nil {
			s.Fatal(err)
		}
		s.service(s.far, api.BlockTransferConfig{UploadDir: s.far.dir + "/temp"}, noBlocks{})
		if names := left(); len(names) != 1 || names[0] != "other" {
			s.Errorf("left: %v", names)
		}
	})
}

// halfWriter takes half of what it is given and says nothing.
type halfWriter struct{}

func (halfWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }

// TestStreamBlockToAShortWriter: bytes that were not taken are not passed over in silence.
func TestStreamBlockToAShortWriter(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.service(s.far, api.BlockTransferConfig{}, &store{blocks: map[string]api.ManagedBuffer{"rdd_0_0": api.NewBytesBuffer(random(1000))}})
		client := s.service(s.near, api.BlockTransferConfig{MaxRetries: -1}, noBlocks{})
		if n, err := api.StreamBlock(s.ctx, client, server.Address(), "1", "rdd_0_0", halfWriter{}); !errors.Is(err, io.ErrShortWrite) {
			s.Error(n, err)
		}
	})
}
