// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// fileBlocks is the manager of the blocks of a file, whose ids are their numbers.
type fileBlocks struct{ *sharedFile }

// GetBlockData implements api.BlockDataManager.
func (b fileBlocks) GetBlockData(id string) (api.ManagedBuffer, error) {
	i, err := strconv.ParseInt(id, 10, 64)
	if err != nil || b.sharedFile == nil {
		return nil, fmt.Errorf("block %s: %w", id, api.ErrBlockNotFound)
	}
	return b.segment(i), nil
}

// PutBlockData implements api.BlockDataManager.
func (fileBlocks) PutBlockData(string, api.ManagedBuffer, []byte) error {
	return errors.New("nothing is uploaded here")
}

// service is one end of ours.
type service struct{ api.BlockTransferService }

func serveService(h Have) (Server, error) {
	f, err := openShared(h.Path, h.Block)
	if err != nil {
		return nil, err
	}
	return newService(fileBlocks{f}, h.Congestion)
}

func newService(blocks fileBlocks, congestion string) (service, error) {
	s, err := netty.NewBlockTransferService(netty.BlockConfig{MaxRetries: -1, Network: tcp(congestion)}, blocks)
	return service{s}, err
}

func (s service) Addr() string { return s.Address().HostPort() }

func (s service) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return s.BlockTransferService.Close(ctx)
}

// servicePuller asks for everything at once, as a reducer does: how much of it is on its way is the service's affair. To
// the disk, each block goes into a file of its own, in a folder beside the name, which goes when the block has come.
type servicePuller struct {
	service
	from api.RpcAddress
	want Want
	dest *api.TempFiles // nil: the blocks are dropped in memory
}

func dialService(addr string, w Want) (Puller, error) {
	from, err := api.ParseRpcAddress(addr)
	if err != nil {
		return nil, err
	}
	s, err := newService(fileBlocks{}, w.Congestion)
	p := &servicePuller{s, from, w, nil}
	if err == nil && w.Dest != "" {
		err = os.Mkdir(p.dir(), 0o700)
		p.dest = api.NewTempFiles(s.Runtime(), netty.OSFiles(), p.dir())
	}
	return p, err
}

func (p *servicePuller) Pull(first, n int64) error {
	ids := make([]string, 0, n)
	for i := range n {
		ids = append(ids, strconv.FormatInt(first+i, 10))
	}
	ended := make(chan error, 1)
	end := &fetchEnd{block: p.want.Block, missing: len(ids), ended: ended}
	if p.dest != nil {
		p.FetchBlocksToFiles(context.Background(), p.from, "1", ids, p.dest, end)
	} else {
		p.FetchBlocks(context.Background(), p.from, "1", ids, end)
	}
	return <-ended
}

// fetchEnd hears of the blocks of one fetch, one at a time.
type fetchEnd struct {
	block   int64 // bytes in each
	missing int
	failed  error
	ended   chan<- error
}

// OnBlockFetchSuccess implements api.BlockFetchingListener.
func (e *fetchEnd) OnBlockFetchSuccess(id string, data api.ManagedBuffer) {
	var err error
	if data.Size() != e.block {
		err = fmt.Errorf("%d bytes", data.Size())
	}
	e.end(id, err)
}

// OnBlockFetchFailure implements api.BlockFetchingListener.
func (e *fetchEnd) OnBlockFetchFailure(id string, cause error) { e.end(id, cause) }

func (e *fetchEnd) end(id string, err error) {
	if err != nil {
		e.failed = errors.Join(e.failed, fmt.Errorf("block %s: %w", id, err))
	}
	if e.missing--; e.missing == 0 {
		e.ended <- e.failed
	}
}

// dir is the folder of the files.
func (p *servicePuller) dir() string { return filepath.ToSlash(p.want.Dest) + ".blocks" }

func (p *servicePuller) Close() error {
	err := p.service.Close()
	if p.dest != nil {
		err = errors.Join(err, p.dest.Close(), os.Remove(p.dir())) // which is empty
	}
	return err
}
