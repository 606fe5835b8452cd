// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"time"

	"github.com/twinwire/twinwire/api"
)

// fullOutbox sends to a peer that cannot be reached while the next attempt is far away.
func fullOutbox(t *trial, p refusalsPlan) {
	cfg := quickConnect(t.tamper(t.world.Host("client"), tampering{Refuse: -1}))
	cfg.ConnectRetryWait = time.Hour
	cfg.OutboxMessages = p.Messages
	pair := t.rpcPair(p.Route, cfg, t.desk().endpoint())
	t.on(pair.client, "send too much", func() {
		for i := range p.Messages {
			t.must(pair.ref.Send(note{N: i}), "send while the outbox has room")
		}
		if err := pair.ref.Send(note{N: p.Messages}); !errors.Is(err, api.ErrOutboxFull) {
			t.errorf("a send with %d messages in an outbox for %d: %v", p.Messages, p.Messages, err)
		}
		if err := t.ask(t.ctx, pair.ref, question{}); !errors.Is(err, api.ErrOutboxFull) {
			t.errorf("an ask with %d messages in an outbox for %d: %v", p.Messages, p.Messages, err)
		}
	})
}

// askYourself has an endpoint ask itself.
type askYourself struct{ ID int }

func selfAsk(t *trial, p troublesPlan) {
	var pair *rpcPair
	pair = t.rpcPair(p.Route, api.RpcEnvConfig{}, t.desk().endpoint(
		api.OnAsk(func(call api.RpcCallContext, m askYourself) (answer, error) {
			// The endpoint cannot answer this question before it has answered the other one.
			self := pair.serverEnv.EndpointRef(call.Self().Address())
			if err := t.ask(call.Context(), self, question{ID: m.ID}); !errors.Is(err, api.ErrSelfAsk) {
				t.errorf("an endpoint asked itself, and the outcome is: %v", err)
			}
			return answer(m), nil
		})))
	t.on(pair.client, "ask it to ask itself", func() {
		for _, m := range p.Troubles {
			got, err := api.Ask[answer](t.ctx, pair.ref, askYourself{ID: m.ID})
			t.must(err, "ask")
			if got.ID != m.ID {
				t.errorf("question %d got the answer to question %d", m.ID, got.ID)
			}
		}
	})
}

// callMe asks the receiver to ask a question of an endpoint of the sender's env.
type callMe struct {
	Ref api.RpcEndpointRef
	ID  int
}

func callBack(t *trial, p asksPlan) {
	pair := t.rpcPair(p.Route, api.RpcEnvConfig{}, t.desk().endpoint(
		api.OnAsk(func(call api.RpcCallContext, m callMe) (answer, error) {
			return api.Ask[answer](call.Context(), m.Ref, question{ID: m.ID})
		})))
	back := &desk{t: t, rt: pair.client.Runtime(), asked: map[int]int{}}
	mine := t.setup(pair.client, pair.clientEnv, "back", back.endpoint())
	for asker := range p.Askers {
		t.goOn(pair.client, "asker", func() {
			for i := range p.Asks {
				id := asker*p.Asks + i
				got, err := api.Ask[answer](t.ctx, pair.ref, callMe{Ref: mine, ID: id})
				t.must(err, "ask to be called back")
				if got.ID != id {
					t.errorf("question %d got the answer to question %d", id, got.ID)
				}
			}
		})
	}
	t.join()
	t.finish()
	for id := range p.Askers * p.Asks {
		if n := back.times(id); n != 1 {
			t.errorf("question %d went the way back %d times", id, n)
		}
	}
}
