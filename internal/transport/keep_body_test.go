// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// keeper is an application that keeps a part of each request.
type keeper struct {
	app
	kept [][]byte
}

func (k *keeper) Receive(c *transport.Client, body []byte, reply transport.RpcReply) {
	k.kept = append(k.kept, c.Keep(body[len(body)/8:]))
	reply.Inline().Success(nil)
}

// TestKeep: what was kept of requests of all sizes is still the same when others have come, encrypted or not.
func TestKeep(t *testing.T) {
	inWorlds(t, func(s *stage) {
		for _, sealed := range []bool{false, true} {
			k, draw := &keeper{}, rand.New(rand.NewPCG(1, 1))
			var keepers []transport.ServerBootstrap
			if sealed {
				keepers = append(keepers, gateKeeper{})
			}
			p := s.visit(s.server(transport.Config{}, k, keepers...).Addr())
			if sealed {
				p.knock()
			}
			var want [][]byte
			for i := range 60 {
				body := make([]byte, draw.IntN(1<<draw.IntN(19)+1))
				for j := range body {
					body[j] = byte(draw.Uint32())
				}
				want = append(want, body[len(body)/8:])
				p.send(wire.RpcRequest{RequestID: int64(i), Body: body})
			}
			for range want {
				p.next()
			}
			for i, b := range want {
				if !bytes.Equal(k.kept[i], b) {
					s.Fatalf("request %d of %d bytes, encrypted: %t: kept others", i, len(b), sealed)
				}
			}
		}
	})
}
