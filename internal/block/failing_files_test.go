// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// failingFiles is a manager of files one of whose calls fails, the first time.
type failingFiles struct {
	*api.TempFiles
	call   string
	failed atomic.Bool
}

var errFile = errors.New("no such luck")

func (f *failingFiles) fails(call string) bool { return call == f.call && !f.failed.Swap(true) }

func (f *failingFiles) CreateTempFile() (api.DownloadFile, error) {
	if f.fails("create") {
		return nil, errFile
	}
	file, err := f.TempFiles.CreateTempFile()
	return &failingFile{file, f}, err
}

func (f *failingFiles) RegisterTempFileToClean(file api.DownloadFile) bool {
	return f.TempFiles.RegisterTempFileToClean(file.(*failingFile).DownloadFile) && !f.fails("register")
}

type failingFile struct {
	api.DownloadFile
	of *failingFiles
}

func (f *failingFile) Write(p []byte) (int, error) {
	switch {
	case f.of.fails("write"):
		return 0, errFile
	case f.of.fails("write a part"):
		return f.DownloadFile.Write(p[:len(p)/2])
	}
	return f.DownloadFile.Write(p)
}

func (f *failingFile) CloseAndRead() (api.ManagedBuffer, error) {
	if f.of.fails("close") {
		return nil, errFile
	}
	return f.DownloadFile.CloseAndRead()
}

// TestFilesThatFail: whichever call of the manager fails, that fails one block, with its reason; the others come, and no
// file is left.
func TestFilesThatFail(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := &store{blocks: map[string]api.ManagedBuffer{}}
		var ids []string
		for i, size := range []int{100, 0, 300_000, 5_000, 70_000} {
			ids = append(ids, fmt.Sprint("block-", i))
			server.blocks[ids[i]] = api.NewBytesBuffer(random(size))
		}
		for call, reason := range map[string]string{
			"create": errFile.Error(), "write": errFile.Error(), "write a part": "short write", "close": errFile.Error(), "register": "the manager of the files is closed", "none": "",
		} {
			temp, left := s.temp(s.near, s.near.files)
			h := fetchToFiles(s, api.BlockTransferConfig{RetryWait: time.Millisecond}, server, &failingFiles{TempFiles: temp, call: call}, ids...)
			failed := 0
			for _, id := range ids {
				switch err := h.errs[id]; {
				case err != nil && strings.Contains(err.Error(), reason) && strings.Contains(err.Error(), id):
					failed++
				case err != nil:
					s.Errorf("%s: %s: %v", call, id, err)
				case h.data[id] != string(mustBytes(s, server.blocks[id])):
					s.Errorf("%s: %s came with other bytes", call, id)
				}
			}
			if want := min(1, len(reason)); failed != want || h.count() != len(ids) {
				s.Errorf("%s: %d blocks failed, want %d; %d ends of %d", call, failed, want, h.count(), len(ids))
			}
			s.until("the end of the files", func() bool { return len(left()) == 0 })
		}
	})
}

func mustBytes(s *stage, b api.ManagedBuffer) []byte {
	s.Helper()
	data, err := b.Bytes()
	if err != nil {
		s.Fatal(err)
	}
	return data
}
