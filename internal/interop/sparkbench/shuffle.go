// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/netty"
)

const (
	appID    = "app"
	execID   = "1"
	subDirs  = 64
	localDir = "blockmgr"
	idPrefix = "shuffle_1_" // of the blocks
)

// executor has the outputs of maps in a folder and serves them.
type executor struct {
	root    *netty.Root
	store   *shuffle.Store
	dirs    shuffle.Dirs
	outputs []*shuffle.Output // by map
}

var _ api.BlockDataManager = (*executor)(nil)

func newExecutor(dir string) (*executor, error) {
	root, err := netty.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &executor{root: root, store: shuffle.NewStore(netty.NewRuntime(), shuffle.StoreConfig{}), dirs: shuffle.Dirs{
		SubDirs: subDirs, Local: []shuffle.Dir{{Files: root, Name: localDir, Path: filepath.Join(dir, localDir)}},
	}}, nil
}

// write writes the outputs of so many maps, each of them with so many blocks of a size.
func (e *executor) write(block, maps, each int) error {
	bytes := make([]byte, block)
	for i := range bytes {
		bytes[i] = byte(i * 7)
	}
	for m := range maps {
		if err := e.writeOutput(int64(m), bytes, each); err != nil {
			return err
		}
	}
	return nil
}

// writeOutput writes that of a map: the same block for each reducer.
func (e *executor) writeOutput(m int64, block []byte, each int) error {
	output := shuffle.MapOutput{Shuffle: 1, Map: m}
	w, err := e.store.NewWriter(e.dirs, output, "")
	if err != nil {
		return err
	}
	defer w.Abort()
	for range each {
		if _, err := w.Write(block); err != nil {
			return err
		}
		w.EndBlock()
	}
	if _, err := w.Commit(); err != nil {
		return err
	}
	o, err := e.store.Open(e.dirs, output)
	e.outputs = append(e.outputs, o)
	return err
}

func (e *executor) GetBlockData(id string) (api.ManagedBuffer, error) {
	m, r, _ := strings.Cut(strings.TrimPrefix(id, idPrefix), "_")
	output, err := strconv.Atoi(m)
	if err != nil || output >= len(e.outputs) {
		return nil, fmt.Errorf("%w: %s", api.ErrBlockNotFound, id)
	}
	reduce, err := strconv.ParseInt(r, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", api.ErrBlockNotFound, id)
	}
	return e.outputs[output].Blocks(int32(reduce), int32(reduce)+1)
}

func (*executor) PutBlockData(string, api.ManagedBuffer, []byte) error {
	return errors.New("no uploads here")
}

// serveExecutor writes outputs and starts our block transfer service. The arguments are a folder, and those of write.
func serveExecutor(args []string) (string, error) {
	var n [3]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(args[1+i]); err != nil {
			return "", err
		}
	}
	e, err := newExecutor(args[0])
	if err != nil {
		return "", err
	}
	if err := e.write(n[0], n[1], n[2]); err != nil {
		return "", err
	}
	s, err := netty.NewBlockTransferService(netty.BlockConfig{AppID: appID}, e)
	if err != nil {
		return "", err
	}
	return s.Address().HostPort(), nil
}

// serveService starts our shuffle service for a folder.
func serveService(args []string) (string, error) {
	rt := netty.NewRuntime()
	root, err := netty.OpenRoot(args[0])
	if err != nil {
		return "", err
	}
	registry, err := shuffle.OpenRegistry(rt, shuffle.RegistryConfig{Roots: shuffle.Roots{{Names: args[:1], Files: root}}})
	if err != nil {
		return "", err
	}
	s, err := external.NewService(rt, external.Config{Bind: "127.0.0.1:0", Network: netty.TCP(netty.TCPConfig{}), Registry: registry})
	if err != nil {
		return "", err
	}
	return s.Address().HostPort(), nil
}

// writeFor writes the outputs that a shuffle service is to serve.
func writeFor(dir string, block, maps, each int) error {
	e, err := newExecutor(dir)
	if err != nil {
		return err
	}
	return errors.Join(e.write(block, maps, each), e.root.Close())
}

// register tells the service where they are.
func register(ctx context.Context, address, dir string) error {
	at, err := api.ParseRpcAddress(address)
	if err != nil {
		return err
	}
	s, err := netty.NewBlockTransferService(netty.BlockConfig{AppID: appID}, &executor{})
	if err != nil {
		return err
	}
	return errors.Join(s.RegisterWithShuffleServer(ctx, at, execID, api.ExecutorShuffleInfo{
		LocalDirs: []string{filepath.Join(dir, localDir)}, SubDirsPerLocalDir: subDirs,
		ShuffleManager: "org.apache.spark.shuffle.sort.SortShuffleManager",
	}), s.Close(ctx))
}
