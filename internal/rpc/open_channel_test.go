// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/endtest"
)

// TestShutdownEndsAChannelNobodyReads: a reader that stopped reading holds up its connection, but not the end of its env.
func TestShutdownEndsAChannelNobodyReads(t *testing.T) {
	inWorlds(t, func(p *place) {
		disk, dir := p.newDisk(map[string]string{"file": strings.Repeat("much", 2<<20)})
		server, client := p.server("server", api.RpcEnvConfig{Files: disk}), p.client("client", api.RpcEnvConfig{})
		uri, err := server.FileServer().AddFile(dir + "/file")
		if err != nil {
			p.Fatal(err)
		}
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
