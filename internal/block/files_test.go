// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
)

var errDiskFull = errors.New("no space left on device")

// fullDisk is files of which no more than so many bytes can be written.
type fullDisk struct {
	api.Files
	room *atomic.Int64
	open *atomic.Int64 // files that are not closed
}

func newFullDisk(files api.Files, room int64) fullDisk {
	d := fullDisk{files, new(atomic.Int64), new(atomic.Int64)}
	d.room.Store(room)
	return d
}

func (d fullDisk) Create(name string) (api.File, error) { return d.opened(d.Files.Create(name)) }
func (d fullDisk) Open(name string) (api.File, error)   { return d.opened(d.Files.Open(name)) }

func (d fullDisk) opened(f api.File, err error) (api.File, error) {
	if err != nil {
		return nil, err
	}
	d.open.Add(1)
	return fullFile{f, d}, nil
}

type fullFile struct {
	api.File
	disk fullDisk
}

func (f fullFile) Write(p []byte) (int, error) {
	if f.disk.room.Add(-int64(len(p))) < 0 {
		return 0, &fs.PathError{Op: "write", Path: "temporary file", Err: errDiskFull}
	}
	return f.File.Write(p)
}

func (f fullFile) Close() error {
	f.disk.open.Add(-1)
	return f.File.Close()
}

// temp makes a directory at p with its manager, and what is left in it.
func (s *stage) temp(p place, disk api.Files) (*api.TempFiles, func() []string) {
	s.Helper()
	dir := p.dir + "/temp"
	if err := p.files.MkdirAll(dir); err != nil {
		s.Fatal(err)
	}
	left := func() []string {
		entries, err := p.files.ReadDir(dir)
		if err != nil {
			s.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	return api.NewTempFiles(s.rt, disk, dir), left
}

// TestSDF01ChannelIsClosedAfterCloseAndRead: a file that holds a block takes no more of it.
func TestSDF01ChannelIsClosedAfterCloseAndRead(t *testing.T) {
	inWorlds(t, func(s *stage) {
		disk := newFullDisk(s.near.files, 1<<20)
		files, left := s.temp(s.near, disk)
		f, err := files.CreateTempFile()
		if err != nil {
			s.Fatal(err)
		}
		if _, err := f.Write([]byte("block")); err != nil || disk.open.Load() != 1 {
			s.Error(err, disk.open.Load())
		}
		data, err := f.CloseAndRead()
		if err != nil || disk.open.Load() != 0 {
			s.Error(err, disk.open.Load())
		}
		if _, err := f.Write([]byte("more")); !errors.Is(err, fs.ErrClosed) {
			s.Error("a write after CloseAndRead:", err)
		}
		if b, err := data.Bytes(); string(b) != "block" || err != nil || disk.open.Load() != 0 {
			s.Error(string(b), err)
		}
		data.Release()
		if names := left(); len(names) > 0 {
			s.Error("left:", names)
		}
	})
}

// watchedRemoval is a disk that looks at something when a file is removed.
type watchedRemoval struct {
	api.Files
	look func()
}

func (w watchedRemoval) Remove(name string) error {
	w.look()
	return w.Files.Remove(name)
}

// TestLiveUntilRemoved: a file that its manager counts no more is gone.
func TestLiveUntilRemoved(t *testing.T) {
	inWorlds(t, func(s *stage) {
		var files *api.TempFiles
		live := 0
		files, _ = s.temp(s.near, watchedRemoval{s.near.files, func() { live += files.Live() }})
		f, err := files.CreateTempFile()
		if err != nil {
			s.Fatal(err)
		}
		data, err := f.CloseAndRead()
		if err != nil || !files.RegisterTempFileToClean(f) {
			s.Fatal(err)
		}
		data.Release()
		if live != 1 || files.Live() != 0 {
			s.Errorf("%d files live while one is removed, %d afterwards", live, files.Live())
		}
	})
}

// fetchToFiles fetches into files of disk, from a server with these blocks.
func fetchToFiles(s *stage, cfg api.BlockTransferConfig, server api.BlockDataManager, files api.DownloadFileManager, ids ...string) *heard {
	s.Helper()
	h := newHeard()
	far := s.service(s.far, api.BlockTransferConfig{}, server)
	s.service(s.near, cfg, noBlocks{}).FetchBlocksToFiles(s.ctx, far.Address(), "1", ids, files, h)
	s.until("every outcome", func() bool { return h.count() >= len(ids) })
	return h
}

func TestFetchToFiles(t *testing.T) {
	inWorlds(t, func(s *stage) {
		disk := newFullDisk(s.near.files, 1<<30)
		files, left := s.temp(s.near, disk)
		blocks := &store{blocks: map[string]api.ManagedBuffer{"shuffle_0_1_0": api.NewBytesBuffer(random(700_000)), "shuffle_0_1_1": api.NewBytesBuffer(nil)}}
		h := fetchToFiles(s, api.BlockTransferConfig{}, blocks, files, "shuffle_0_1_0", "shuffle_0_1_1")
		for id, want := range blocks.blocks {
			if b, _ := want.Bytes(); h.data[id] != string(b) || h.errs[id] != nil {
				s.Errorf("%s: %d bytes, %v", id, len(h.data[id]), h.errs[id])
			}
		}
		s.until("the end of both files", func() bool { return files.Live() == 0 })
		if names := left(); len(names) > 0 || disk.open.Load() != 0 {
			s.Errorf("left %v, %d files are open", names, disk.open.Load())
		}
	})
}

// TestFetchToAFullDisk: the block fails with the reason, once, is not tried again, and leaves nothing.
func TestFetchToAFullDisk(t *testing.T) {
	inWorlds(t, func(s *stage) {
		disk := newFullDisk(s.near.files, 200_000)
		files, left := s.temp(s.near, disk)
		blocks := &store{blocks: map[string]api.ManagedBuffer{"rdd_1_1": api.NewBytesBuffer(random(700_000))}}
		h := fetchToFiles(s, api.BlockTransferConfig{RetryWait: 1}, blocks, files, "rdd_1_1")
		if err := h.errs["rdd_1_1"]; !errors.Is(err, errDiskFull) || !strings.Contains(err.Error(), "rdd_1_1") {
			s.Error(err)
		}
		if names := left(); len(names) > 0 || disk.open.Load() != 0 || h.count() != 1 {
			s.Errorf("left %v, %d files are open, heard of %v", names, disk.open.Load(), h.order)
		}
	})
}

// TestFetchToAClosedManager: a block that nobody would clean up after fails.
func TestFetchToAClosedManager(t *testing.T) {
	inWorlds(t, func(s *stage) {
		files, left := s.temp(s.near, s.near.files)
		blocks := &store{blocks: map[string]api.ManagedBuffer{"rdd_1_1": closing{api.NewBytesBuffer(random(100)), func() { _ = files.Close() }}}}
		h := fetchToFiles(s, api.BlockTransferConfig{MaxRetries: -1}, blocks, files, "rdd_1_1")
		if names := left(); len(names) > 0 || h.errs["rdd_1_1"] == nil {
			s.Errorf("left %v, %v", names, h.errs["rdd_1_1"])
		}
	})
}

// closing calls something when it is read.
type closing struct {
	api.ManagedBuffer
	f func()
}

func (c closing) Bytes() ([]byte, error) {
	c.f()
	return c.ManagedBuffer.Bytes()
}

// TestUploadsGoToFiles: what does not fit into memory is written to the directory, and gone afterwards.
func TestUploadsGoToFiles(t *testing.T) {
	inWorlds(t, func(s *stage) {
		_, left := s.temp(s.far, s.far.files)
		disk := newFullDisk(s.far.files, 1<<20)
		m := &store{blocks: map[string]api.ManagedBuffer{}}
		server := s.service(s.far, api.BlockTransferConfig{MaxBlockInMemory: 1000, Files: disk, UploadDir: s.far.dir + "/temp"}, m)
		upload := func(id string, size int) error {
			client := s.service(s.near, api.BlockTransferConfig{MaxBlockInMemory: 1}, noBlocks{})
			return client.UploadBlock(s.ctx, server.Address(), "1", id, api.NewBytesBuffer(random(size)), nil)
		}
		for _, size := range []int{900, 1100, 300_000} {
			if err := upload("rdd_1_1", size); err != nil {
				s.Fatal(size, err)
			}
			if b, err := m.blocks["rdd_1_1"].Bytes(); string(b) != string(random(size)) || err != nil {
				s.Errorf("%d bytes: %d stored, %v", size, len(b), err)
			}
		}
		if err := upload("refused_1", 2000); err == nil || !strings.Contains(err.Error(), "no room") {
			s.Error("refused:", err)
		}
		if err := upload("rdd_1_1", 2<<20); err == nil || !strings.Contains(err.Error(), "no space left") {
			s.Error("to a full disk:", err)
		}
		s.until("the end of the files", func() bool { return disk.open.Load() == 0 && len(left()) == 0 })
	})
}

// TestUploadMemory: uploads that hold too much in memory are refused by name of the setting.
func TestUploadMemory(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.service(s.far, api.BlockTransferConfig{UploadMemory: 100_000}, &store{blocks: map[string]api.ManagedBuffer{}})
		for _, c := range []struct {
			size int
			fits bool
		}{{90_000, true}, {110_000, false}, {100_000, true}} {
			client := s.service(s.near, api.BlockTransferConfig{MaxBlockInMemory: 1}, noBlocks{})
			err := client.UploadBlock(s.ctx, server.Address(), "1", "rdd_1_1", api.NewBytesBuffer(random(c.size)), nil)
			if (err == nil) != c.fits || err != nil && (!errors.Is(err, api.ErrMessageTooLarge) || !strings.Contains(err.Error(), "UploadMemory")) {
				s.Errorf("%d bytes: %v", c.size, err)
			}
			if err == nil {
				continue
			}
			var had, most int
			_, text, _ := strings.Cut(err.Error(), "uploaded: ")
			if _, bad := fmt.Sscanf(text, "%d bytes exceed the limit of %d ", &had, &most); bad != nil || had <= most || most != 100_000 {
				s.Errorf("%d are more than %d, %v: %v", had, most, bad, err)
			}
		}
	})
}
