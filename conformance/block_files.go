// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"

	"github.com/twinwire/twinwire/api"
)

func blockFiles() []Property {
	return []Property{
		law(Property{Family: "block ordering", Name: "a block that goes into a file is whole, and nothing is left of one that does not", Clause: "B25", Needs: Blocks | Plugged}, drawFoulFetch, wholeFiles),
	}
}

// fileDesk makes files in memory and knows which of them are still there. Its fields are guarded by the trial's lock.
type fileDesk struct {
	t    *trial
	made int
	left int
}

var _ api.DownloadFileManager = (*fileDesk)(nil)

func (d *fileDesk) CreateTempFile() (api.DownloadFile, error) {
	d.t.record(func() { d.made++; d.left++ })
	return &deskFile{desk: d}, nil
}

func (d *fileDesk) RegisterTempFileToClean(api.DownloadFile) bool { return true }

// deskFile is a file, until it is deleted or the last reference to its block is gone.
type deskFile struct {
	desk   *fileDesk
	bytes  []byte
	closed bool
	gone   bool // guarded by the trial's lock
}

func (f *deskFile) Path() string { return "a file of the suite" }

func (f *deskFile) Write(p []byte) (int, error) {
	if f.closed {
		f.desk.t.errorf("a file is written to after it was closed")
		return 0, errors.New("closed")
	}
	f.bytes = append(f.bytes, p...)
	return len(p), nil
}

func (f *deskFile) CloseAndRead() (api.ManagedBuffer, error) {
	f.closed = true
	return deskBlock{newCountedBuffer(f.desk.t, "in a file", f.bytes), f}, nil
}

func (f *deskFile) Delete() error {
	f.closed = true
	f.drop()
	return nil
}

func (f *deskFile) drop() {
	f.desk.t.record(func() {
		if !f.gone {
			f.gone = true
			f.desk.left--
		}
	})
}

// deskBlock is the block in a file.
type deskBlock struct {
	*countedBuffer
	file *deskFile
}

func (b deskBlock) Release() {
	b.countedBuffer.Release()
	last := false
	b.t.record(func() { last = b.refs == 0 })
	if last {
		b.file.drop()
	}
}

func wholeFiles(t *trial, p fetchPlan) {
	pair := t.blockPair(p.config(t.tamper(t.world.Host("client"), p.Tampering)))
	ids := pair.fill(p.IDs, p.Sizes)
	t.record(func() {
		for _, i := range p.Missing {
			delete(pair.store.sizes, ids[i])
		}
	})
	desk := &fileDesk{t: t}
	l := pair.listen(ids)
	t.on(pair.client, "fetch into files", func() {
		pair.clientSvc.FetchBlocksToFiles(t.ctx, pair.serverSvc.Address(), "exec-1", ids, desk, l)
	})
	t.until("each block's outcome", l.all)
	t.finish()
	l.once()
	t.until("the end of every file", func() bool { return desk.left == 0 })
	came := 0
	for _, h := range l.hearings() {
		switch {
		case h.err == nil:
			came++
		case !errors.Is(h.err, api.ErrConnectionClosed) && !errors.Is(h.err, api.ErrBlockNotFound):
			t.errorf("block %s failed with: %v", h.id, h.err)
		}
	}
	if made := desk.made; made < came {
		t.errorf("%d blocks came, in %d files", came, made)
	}
	pair.store.released()
}
