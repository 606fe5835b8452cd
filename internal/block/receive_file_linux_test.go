// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/twinwire/twinwire/api"
)

// receivers is the machine's network with connections that are never quiet, so that all that is large goes to a file by a
// pipe. It counts them, and the connections.
type receivers struct {
	api.Network
	dialled, pipes, fills atomic.Int32
	filled                func() // after each Fill; nil: nothing
}

func (n *receivers) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := n.Network.Dial(ctx, addr)
	n.dialled.Add(1)
	return receiverConn{c, n}, err
}

type receiverConn struct {
	net.Conn
	of *receivers
}

func (c receiverConn) ReceiveFile(f api.File) api.FilePipe {
	p := c.Conn.(api.FileReceiver).ReceiveFile(f)
	if p == nil {
		return nil
	}
	c.of.pipes.Add(1)
	return watchedPipe{p, c.of}
}

type watchedPipe struct {
	api.FilePipe
	of *receivers
}

func (p watchedPipe) Fill(n int64) (int, error) {
	m, err := p.FilePipe.Fill(n)
	p.of.fills.Add(1)
	if p.of.filled != nil {
		p.of.filled()
	}
	return m, err
}

// onDisk runs body where there are pipes: on the machine.
func onDisk(t *testing.T, body func(s *stage, n *receivers)) {
	t.Helper()
	inWorlds(t, func(s *stage) {
		if s.near.dir != "" {
			body(s, &receivers{Network: s.near.network})
		}
	})
}

// madeFiles is a disk whose files somebody else makes.
type madeFiles struct {
	api.Files
	create func(name string) (api.File, error)
}

func (m madeFiles) Create(name string) (api.File, error) { return m.create(name) }

// fetchPiped fetches blocks of these sizes over n into files, and returns what is left of them.
func (s *stage) fetchPiped(n *receivers, disk api.Files, own func(api.DownloadFileManager) api.DownloadFileManager, sizes ...int) (*heard, []string) {
	s.Helper()
	blocks := &store{blocks: map[string]api.ManagedBuffer{}}
	var ids []string
	for i, size := range sizes {
		ids = append(ids, fmt.Sprint("rdd_0_", i))
		blocks.blocks[ids[i]] = api.NewBytesBuffer(random(size))
	}
	temp, left := s.temp(s.near, disk)
	h := fetchToFiles(s, api.BlockTransferConfig{Network: n, MaxRetries: 2, RetryWait: time.Millisecond}, blocks, own(temp), ids...)
	s.until("the end of the files", func() bool { return temp.Live() == 0 && len(left()) == 0 })
	for _, id := range ids {
		if h.errs[id] == nil && h.data[id] != string(mustBytes(s, blocks.blocks[id])) {
			s.Errorf("%s: %d bytes, or others", id, len(h.data[id]))
		}
	}
	return h, ids
}

func asIs(m api.DownloadFileManager) api.DownloadFileManager { return m }

// TestBlocksByPipe: blocks of all sizes come whole into their files, the large ones by pipes. The stage sees that no
// descriptor is left.
func TestBlocksByPipe(t *testing.T) {
	onDisk(t, func(s *stage, n *receivers) {
		h, ids := s.fetchPiped(n, s.near.files, asIs, 0, 1, 256<<10-1, 256<<10, 256<<10+1, 5<<20+3, 1<<20, 3<<20)
		for _, id := range ids {
			if h.errs[id] != nil {
				s.Error(h.errs[id])
			}
		}
		if n.pipes.Load() < 3 || n.fills.Load() < 9 {
			s.Errorf("%d pipes, filled %d times", n.pipes.Load(), n.fills.Load())
		}
	})
}

// TestFullFileByPipe: a file that has no room fails its block at once, with the names of both; the others come.
func TestFullFileByPipe(t *testing.T) {
	onDisk(t, func(s *stage, n *receivers) {
		made := 0
		disk := madeFiles{s.near.files, func(name string) (api.File, error) {
			if made++; made == 2 {
				return fullMemory(name)
			}
			return s.near.files.Create(name)
		}}
		h, ids := s.fetchPiped(n, disk, asIs, 2<<20, 3<<20, 100, 4<<20)
		for i, id := range ids {
			err := h.errs[id]
			block, named := errors.AsType[*api.BlockError](err)
			file, written := errors.AsType[*fs.PathError](err)
			switch {
			case i != 1 && err != nil:
				s.Error(err)
			case i == 1 && (!named || block.BlockID != id || !written || !strings.Contains(file.Path, "block-2.tmp") || errors.Is(err, api.ErrConnectionClosed)):
				s.Errorf("%s: %v", id, err)
			}
		}
		if made != len(ids) || n.pipes.Load() < 3 {
			s.Errorf("%d files for %d blocks, %d pipes", made, len(ids), n.pipes.Load())
		}
	})
}

// fullMemory is a file with room for a megabyte.
func fullMemory(name string) (*os.File, error) {
	fd, err := unix.MemfdCreate("full", unix.MFD_ALLOW_SEALING|unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), name)
	if err = f.Truncate(1 << 20); err == nil {
		_, err = unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_GROW)
	}
	return f, err
}

// ownFile is a DownloadFile of somebody's own, and ownFiles makes them.
type (
	ownFile struct {
		api.DownloadFile
		of *ownFiles
	}
	ownFiles struct {
		*api.TempFiles
		written atomic.Int64
	}
)

func (f *ownFile) Write(p []byte) (int, error) {
	f.of.written.Add(int64(len(p)))
	return f.DownloadFile.Write(p)
}

func (m *ownFiles) CreateTempFile() (api.DownloadFile, error) {
	f, err := m.TempFiles.CreateTempFile()
	return &ownFile{f, m}, err
}

func (m *ownFiles) RegisterTempFileToClean(f api.DownloadFile) bool {
	return m.TempFiles.RegisterTempFileToClean(f.(*ownFile).DownloadFile)
}

// embeddedFile is a file of somebody's own that is not to be written to behind his back.
type embeddedFile struct{ *os.File }

// TestFilesThatNeedNoPipe: what is written by others, and what the system cannot do it for, is read and written.
func TestFilesThatNeedNoPipe(t *testing.T) {
	onDisk(t, func(s *stage, n *receivers) {
		var own *ownFiles
		_, _ = s.fetchPiped(n, s.near.files, func(m api.DownloadFileManager) api.DownloadFileManager {
			own = &ownFiles{TempFiles: m.(*api.TempFiles)}
			return own
		}, 3<<20)
		if got := own.written.Load(); got != 3<<20 {
			s.Errorf("%d bytes were written to a file of one's own", got)
		}
		for name, create := range map[string]func(name string) (api.File, error){
			"embedded": func(name string) (api.File, error) { f, err := os.Create(name); return embeddedFile{f}, err },
			"appending": func(name string) (api.File, error) {
				return os.OpenFile(name, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
			},
		} {
			h, ids := s.fetchPiped(n, madeFiles{s.near.files, create}, asIs, 3<<20, 100)
			for _, id := range ids {
				if h.errs[id] != nil {
					s.Error(name, h.errs[id])
				}
			}
		}
		if n.pipes.Load() != 0 {
			s.Errorf("%d pipes", n.pipes.Load())
		}
	})
}

// TestGivenUpByPipe: a block that nobody waits for any more is let pass, whatever its file takes it by; the connection stays.
func TestGivenUpByPipe(t *testing.T) {
	onDisk(t, func(s *stage, n *receivers) {
		ctx, cancel := context.WithCancel(s.ctx)
		defer cancel()
		blocks := &store{blocks: map[string]api.ManagedBuffer{"rdd_0_0": api.NewBytesBuffer(random(8 << 20))}}
		far := s.service(s.far, api.BlockTransferConfig{}, blocks)
		near := s.service(s.near, api.BlockTransferConfig{Network: n}, noBlocks{})
		files, left := s.temp(s.near, s.near.files)
		for _, ctx := range []context.Context{ctx, s.ctx} {
			h := newHeard()
			n.filled = func() {
				for cancel(); h.count() == 0 && n.fills.Load() == 1; {
					runtime.Gosched()
				}
			}
			near.FetchBlocksToFiles(ctx, far.Address(), "1", []string{"rdd_0_0"}, files, h)
			s.until("the outcome", func() bool { return h.count() > 0 })
			if err := h.errs["rdd_0_0"]; !errors.Is(err, ctx.Err()) {
				s.Error(err)
			}
			s.until("the end of the file", func() bool { return len(left()) == 0 })
			if ctx != s.ctx && n.fills.Load() != 1 {
				s.Errorf("%d times something was taken for a file that is gone", n.fills.Load())
			}
		}
		if n.dialled.Load() != 1 || n.pipes.Load() != 2 {
			s.Errorf("%d connections, %d pipes", n.dialled.Load(), n.pipes.Load())
		}
	})
}
