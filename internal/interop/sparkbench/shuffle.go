// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

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
)

// outputs are those of maps, in a folder for each size of blocks, which is written when it is first asked for.
type outputs struct {
	prefix  string // of the folders' names
	written []string
}

// folder has the outputs of as many maps as fill fileSize, each of so many blocks of a size.
func (o *outputs) folder(block, reducers int) (string, error) {
	dir := fmt.Sprint(o.prefix, ".", block)
	if slices.Contains(o.written, dir) {
		return dir, nil
	}
	o.written = append(o.written, dir)
	return dir, writeOutputs(dir, block, reducers)
}

func (o *outputs) remove() error {
	var errs []error
	for _, dir := range o.written {
		errs = append(errs, os.RemoveAll(dir))
	}
	return errors.Join(errs...)
}

func writeOutputs(dir string, block, reducers int) (err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	root, err := netty.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	store := shuffle.NewStore(netty.NewRuntime(), shuffle.StoreConfig{})
	dirs := shuffle.Dirs{SubDirs: subDirs, Local: []shuffle.Dir{{Files: root, Name: localDir, Path: filepath.Join(dir, localDir)}}}
	bytes := make([]byte, block)
	for i := range bytes {
		bytes[i] = byte(i * 7)
	}
	for m := range int64(fileSize / block / reducers) {
		if err := writeOutput(store, dirs, m, bytes, reducers); err != nil {
			return err
		}
	}
	return nil
}

// writeOutput writes that of a map: the same block for each reducer.
func writeOutput(store *shuffle.Store, dirs shuffle.Dirs, m int64, block []byte, reducers int) error {
	w, err := store.NewWriter(dirs, shuffle.MapOutput{Shuffle: 1, Map: m}, "")
	if err != nil {
		return err
	}
	defer w.Abort()
	for range reducers {
		if _, err := w.Write(block); err != nil {
			return err
		}
		w.EndBlock()
	}
	_, err = w.Commit()
	return err
}

// shuffleID is the id of one of the blocks: a call fetches a map's.
func (b *blocks) shuffleID(i int64) string { return fmt.Sprintf("shuffle_1_%d_%d", i/b.each, i%b.each) }

// serveShuffle starts our shuffle service for a folder.
func serveShuffle(args []string) (string, error) {
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

// register tells a shuffle service where the blocks are.
func register(ctx context.Context, address, dir string) error {
	at, err := api.ParseRpcAddress(address)
	if err != nil {
		return err
	}
	s, err := netty.NewBlockTransferService(netty.BlockConfig{AppID: appID}, servedFile{})
	if err != nil {
		return err
	}
	return errors.Join(s.RegisterWithShuffleServer(ctx, at, execID, api.ExecutorShuffleInfo{
		LocalDirs: []string{filepath.Join(dir, localDir)}, SubDirsPerLocalDir: subDirs,
		ShuffleManager: "org.apache.spark.shuffle.sort.SortShuffleManager",
	}), s.Close(ctx))
}
