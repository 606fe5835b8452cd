// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// fileSize is the size of the file that is served, in bytes: more than a processor's caches hold.
const fileSize = 1 << 30

// makeFile makes the file that chunks are of.
func makeFile() (name string, err error) {
	f, err := os.CreateTemp(bulkDir(), "sparkbench-")
	if err != nil {
		return "", err
	}
	piece := make([]byte, 1<<20)
	for at := 0; at < fileSize && err == nil; at += len(piece) {
		for i := range piece {
			piece[i] = byte(at>>20 + i*7)
		}
		_, err = f.Write(piece)
	}
	return f.Name(), errors.Join(err, f.Close())
}

// servedFile gives out the blocks of a file as chunks of any stream.
type servedFile struct {
	echoHandler
	name  string
	block int64
}

func (f servedFile) Streams() transport.StreamManager { return f }
func (servedFile) Ready(int64) bool                   { return true }
func (f servedFile) GetChunk(_ int64, index int32) (api.ManagedBuffer, error) {
	return api.NewFileSegment(netty.OSFiles(), f.name, int64(index)*f.block, f.block), nil
}
func (servedFile) OpenStream(string) (api.ManagedBuffer, error) { return nil, nil }
func (servedFile) ConnectionTerminated(*transport.Client)       {}

// serveChunks starts our transport server; the arguments are the file and the size of a block.
func serveChunks(args []string) (string, error) {
	block, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return "", err
	}
	f := servedFile{name: args[0], block: block}
	s, err := transport.NewServer(context.Background(), netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), "127.0.0.1:0", transport.Config{}, f)
	if err != nil {
		return "", err
	}
	return s.Addr(), nil
}

// blocks says which blocks a client fetches: the file's, in turn, from the start again behind the last.
type blocks struct {
	size  int64 // of each, in bytes
	count int64 // in the file
	each  int64 // in one call
	next  atomic.Int64
}

// id is that of one of the blocks, which maps have written: a call fetches a map's.
func (b *blocks) id(i int64) string {
	return idPrefix + strconv.FormatInt(i/b.each, 10) + "_" + strconv.FormatInt(i%b.each, 10)
}

func (b *blocks) following() int64 { return (b.next.Add(1) - 1) % b.count }

func (b *blocks) check(data api.ManagedBuffer) error {
	if data.Size() != b.size {
		return fmt.Errorf("a block of %d bytes", data.Size())
	}
	return nil
}

// congestionControl is what TCP uses here, which moves every figure of large chunks: BBR paces the loopback interface.
// Spark's connections use it there, ours do not.
func congestionControl() string {
	text, err := os.ReadFile("/proc/sys/net/ipv4/tcp_congestion_control")
	if err != nil {
		return "unknown"
	}
	name := strings.TrimSpace(string(text))
	if strings.HasPrefix(name, "bbr") {
		name += " (ours reno: netty does not pace within the machine)"
	}
	return name
}
