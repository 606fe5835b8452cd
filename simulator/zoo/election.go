// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/api"
)

type (
	voteRequest struct {
		Term      int
		Candidate string
	}
	// majority says whether a candidate has won: with so many votes, of so many that answered, of so many there are.
	majority func(votes, answered, all int) bool
)

func ofReachable(votes, answered, _ int) bool { return 2*votes > answered }
func ofAll(votes, _, all int) bool            { return 2*votes > all }

// An elector votes once in a term, and stands for election.
type elector struct {
	me   string
	rt   api.Runtime
	wins majority

	mu   api.Mutex
	term int // the latest it voted in
}

func newElector(me string, rt api.Runtime, wins majority) *elector {
	return &elector{me: me, rt: rt, wins: wins, mu: rt.NewMutex()}
}

func (e *elector) endpoint() api.RpcEndpoint {
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m voteRequest) (bool, error) {
		e.mu.Lock()
		defer e.mu.Unlock()
		if m.Term <= e.term {
			return false, nil
		}
		e.term = m.Term
		return true, nil
	}))
}

// stand asks the others for their votes in the next term, and says whether it was elected, and in which.
func (e *elector) stand(ctx context.Context, others []api.RpcEndpointRef) (term int, elected bool) {
	e.mu.Lock()
	e.term++
	term = e.term
	e.mu.Unlock()
	ctx, cancel := api.WithTimeout(ctx, e.rt, 200*time.Millisecond)
	defer cancel()
	votes, answered := 1, 1
	asks, mu := api.NewGroup(e.rt), e.rt.NewMutex()
	for _, other := range others {
		asks.Go("ask for a vote", func() error {
			vote, err := api.Ask[bool](ctx, other, voteRequest{Term: term, Candidate: e.me})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				answered++
			}
			if vote {
				votes++
			}
			return nil
		})
	}
	_ = asks.Wait(context.WithoutCancel(ctx)) // the asks end when ctx does
	return term, e.wins(votes, answered, len(others)+1)
}
