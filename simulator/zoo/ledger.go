// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
)

type payment struct {
	ID     string
	Amount int
}

// newLedger books every payment it is asked to.
func newLedger(book func(p payment)) api.RpcEndpoint {
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, p payment) (bool, error) {
		book(p)
		return true, nil
	}))
}

// newIdempotentLedger books every payment once.
func newIdempotentLedger(book func(p payment)) api.RpcEndpoint {
	seen := map[string]bool{}
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, p payment) (bool, error) {
		if !seen[p.ID] {
			seen[p.ID] = true
			book(p)
		}
		return true, nil
	}))
}

// pay asks until it gets an answer.
func pay(ctx context.Context, ledger api.RpcEndpointRef, p payment) error {
	var err error
	for range 5 {
		if _, err = api.Ask[bool](ctx, ledger, p); err == nil {
			return nil
		}
	}
	return fmt.Errorf("pay %s: %w", p.ID, err)
}
