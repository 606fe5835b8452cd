// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// channels is a server of a large and a small file, and a client that may read them.
func (p *place) channels(cfg api.RpcEnvConfig) (server, client api.RpcEnv, large, small string, size int) {
	p.Helper()
	text := strings.Repeat("much", 1<<20)
	disk, dir := p.newDisk(map[string]string{"large": text, "small": "small"})
	server, client = p.server("server", api.RpcEnvConfig{Files: disk}), p.client("client", cfg)
	for name, uri := range map[string]*string{"large": &large, "small": &small} {
		var err error
		if *uri, err = server.FileServer().AddFile(dir + "/" + name); err != nil {
			p.Fatal(err)
		}
	}
	return server, client, large, small, len(text)
}

func (p *place) openAt(env api.RpcEnv, uri string) io.ReadCloser {
	p.Helper()
	ch, err := env.OpenChannel(p.ctx, uri)
	if err != nil {
		p.Fatal(err)
	}
	if _, err := io.ReadFull(ch, make([]byte, 1)); err != nil {
		p.Fatal(err)
	}
	return ch
}

// TestUnreadChannelHoldsUpNoOther: while one file is not read, others of the same server are.
func TestUnreadChannelHoldsUpNoOther(t *testing.T) {
	inWorlds(t, func(p *place) {
		_, client, large, small, size := p.channels(api.RpcEnvConfig{})
		first, second := p.openAt(client, large), p.openAt(client, large)
		for range 3 {
			if got, err := p.download(client, small); got != "small" || err != nil {
				p.Fatalf("beside two that are not read: %q, %v", got, err)
			}
		}
		for _, ch := range []io.ReadCloser{second, first} {
			if n, err := io.Copy(io.Discard, ch); int(n) != size-1 || err != nil {
				p.Errorf("%d bytes, %v", n, err)
			}
			ch.Close() // never fails
		}
		p.until("one connection to be left", func() bool { return client.Stats().OpenConnections <= 1 })
	})
}

// TestClosedChannelTakesNoMore: what was on its way when a channel was closed is not waited for.
func TestClosedChannelTakesNoMore(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client, large, small, _ := p.channels(api.RpcEnvConfig{})
		ch := p.openAt(client, large)
		ch.Close() // never fails
		p.until("the connection's end", func() bool { return client.Stats().OpenConnections+server.Stats().OpenConnections == 0 })
		if _, err := ch.Read(make([]byte, 1)); err == nil || errors.Is(err, io.EOF) {
			p.Errorf("reading a closed channel: %v", err)
		}
		for range 2 {
			if got, err := p.download(client, small); got != "small" || err != nil {
				p.Errorf("then: %q, %v", got, err)
			}
			if _, err := p.download(client, small+"x"); err == nil {
				p.Error("a file that is not there was read")
			}
		}
		p.until("one connection to be left", func() bool { return client.Stats().OpenConnections <= 1 })
	})
}

// TestReaderThatPauses: a reader may pause for longer than a connection may be silent; an idle connection is not kept that
// long.
func TestReaderThatPauses(t *testing.T) {
	for seed := range uint64(3) {
		inSimulation(t, seed, func(p *place) {
			_, client, large, _, size := p.channels(api.RpcEnvConfig{ConnectionTimeout: 10 * time.Second})
			ch := p.openAt(client, large)
			if err := api.Sleep(p.ctx, p.rt, time.Minute); err != nil { // the server waits for two

				p.Fatal(err)
			}
			if n, err := io.Copy(io.Discard, ch); int(n) != size-1 || err != nil {
				p.Errorf("%d bytes, %v", n, err)
			}
			if err := api.Sleep(p.ctx, p.rt, time.Minute); err != nil {
				p.Fatal(err)
			}
			if n := client.Stats().OpenConnections; n != 0 {
				p.Errorf("%d connections are kept", n)
			}
		})
	}
}
