// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// evasive answers what it is asked for, but does not say why a block is broken.
type evasive struct {
	scriptedServer
	asked atomic.Int32
}

func (e *evasive) Receive(c *transport.Client, body []byte, reply transport.RpcReply) {
	if _, err := blockwire.ParseDiagnoseCorruption(body); err == nil {
		e.asked.Add(1)
		return
	}
	e.scriptedServer.Receive(c, body, reply)
}

// TestDiagnosisThatDoesNotCome: who asks why a block is broken does not wait for ever for one who tells everything else.
func TestDiagnosisThatDoesNotCome(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m := &evasive{}
		at := s.scripted(m)
		client := s.service(s.near, api.BlockTransferConfig{ConnectionTimeout: s.short}, noBlocks{})
		cause := api.NewQueue[api.CorruptionCause](s.rt, 1)
		s.rt.Go("ask", func() {
			_ = cause.Put(s.ctx, client.DiagnoseCorruption(s.ctx, at, "1", api.CorruptBlock{BlockID: "shuffle_0_0_0", Algorithm: api.CRC32C}))
		})
		s.until("the question", func() bool { return m.asked.Load() == 1 })
		s.until("an answer", func() bool {
			s.sleep(s.short / 10)
			api.FetchBlocks(s.ctx, client, at, "1", []string{"rdd_0_0"}) // answered by no chunks
			return cause.Len() == 1
		})
		if got, err := cause.Get(s.ctx); got != api.UnknownIssue || err != nil {
			s.Error(got, err)
		}
	})
}
