// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/endtest"
)

// largeFile serves a file that does not fit into what is on the way, and returns who reads it, and its URI.
func (p *place) largeFile() (client api.RpcEnv, uri string) {
	p.Helper()
	disk, dir := p.newDisk(map[string]string{"file": strings.Repeat("much", 2<<20)})
	server := p.server("server", api.RpcEnvConfig{Files: disk})
	client = p.client("client", api.RpcEnvConfig{})
	uri, err := server.FileServer().AddFile(dir + "/file")
	if err != nil {
		p.Fatal(err)
	}
	return client, uri
}

// TestShutdownEndsAChannelNobodyReads: a reader that stopped reading holds up its connection, but not the end of its env.
func TestShutdownEndsAChannelNobodyReads(t *testing.T) {
	inWorlds(t, func(p *place) {
		client, uri := p.largeFile()
		ch, err := client.OpenChannel(p.ctx, uri)
		if err != nil {
			p.Fatal(err)
		}
		if _, err := io.ReadFull(ch, make([]byte, 4)); err != nil {
			p.Fatal(err)
		}
		endtest.Must(p.ctx, p.T, p.rt, client.Shutdown)
		if n, err := io.Copy(io.Discard, ch); !errors.Is(err, api.ErrEnvStopped) {
			p.Errorf("read %d bytes more: %v", n, err)
		}
		_, err = client.OpenChannel(p.ctx, uri)
		p.wantErr("open", err, api.ErrEnvStopped)
	})
}

// TestReadingWhatIsOver: a channel whose context has ended, or that was closed, says so and names the file.
func TestReadingWhatIsOver(t *testing.T) {
	inWorlds(t, func(p *place) {
		client, uri := p.largeFile()
		open := func(end func(ch io.ReadCloser, cancel func()), want error) {
			p.Helper()
			ctx, cancel := api.WithCancel(p.ctx, p.rt)
			defer cancel()
			ch, err := client.OpenChannel(ctx, uri)
			if err != nil {
				p.Fatal(err)
			}
			defer ch.Close()
			if _, err := io.ReadFull(ch, make([]byte, 4)); err != nil {
				p.Fatal(err)
			}
			end(ch, cancel)
			_, err = io.Copy(io.Discard, ch)
			p.wantErr("read", err, want)
			if err == nil || !strings.HasPrefix(err.Error(), "read "+uri+": ") {
				p.Error(err)
			}
		}
		open(func(_ io.ReadCloser, cancel func()) { cancel() }, context.Canceled)
		open(func(ch io.ReadCloser, _ func()) { ch.Close() }, fs.ErrClosed)
	})
}

// zeros is a disk with one large file that is made while it is read.
type zeros struct {
	api.Files
	size int64
	read atomic.Int64
}

func (z *zeros) Stat(string) (fs.FileInfo, error) {
	info, err := fs.Stat(fstest.MapFS{"zeros": {}}, "zeros")
	return sized{info, z.size}, err
}

func (z *zeros) Open(string) (api.File, error) { return zerosFile{disk: z}, nil }

type sized struct {
	fs.FileInfo
	size int64
}

func (s sized) Size() int64 { return s.size }

type zerosFile struct {
	api.File
	disk *zeros
}

func (f zerosFile) ReadAt(b []byte, at int64) (int, error) {
	n := int(min(int64(len(b)), f.disk.size-at))
	f.disk.read.Add(int64(n))
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f zerosFile) Stat() (fs.FileInfo, error) { return f.disk.Stat("") }

func (zerosFile) Close() error { return nil }

// TestSlowReaderSlowsItsSender: of a file that nobody reads no more comes from the disk than buffers on the way hold.
func TestSlowReaderSlowsItsSender(t *testing.T) {
	inWorlds(t, func(p *place) {
		const size, most = 128 << 20, 32 << 20
		disk := &zeros{size: size}
		server, client := p.server("server", api.RpcEnvConfig{Files: disk}), p.client("client", api.RpcEnvConfig{})
		uri, err := server.FileServer().AddFile("/zeros")
		if err != nil {
			p.Fatal(err)
		}
		ch, err := client.OpenChannel(p.ctx, uri)
		if err != nil {
			p.Fatal(err)
		}
		defer ch.Close() // never fails
		if _, err := io.ReadFull(ch, make([]byte, 1)); err != nil {
			p.Fatal(err)
		}
		last, still := int64(0), 0
		p.until("the sender to wait", func() bool {
			now := disk.read.Load()
			if still++; now != last {
				last, still = now, 0
			}
			return still == 100 // milliseconds
		})
		if last > most {
			p.Errorf("%d MiB were read from a disk for a reader who took a byte", last>>20)
		}
		n, err := io.Copy(io.Discard, ch)
		if err != nil || n != size-1 {
			p.Errorf("%d bytes more came, of %d: %v", n, size-1, err)
		}
	})
}
