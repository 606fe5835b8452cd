// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"context"
	"errors"
	"time"

	"github.com/twinwire/twinwire/api"
)

// ask asks once and gives up after a while. It defers nothing: what a crash meets in it is freed at once.
func ask[R any](ctx context.Context, rt api.Runtime, to api.RpcEndpointRef, msg any, patience time.Duration) (R, error) {
	ctx, cancel := api.WithTimeout(ctx, rt, patience)
	r, err := api.Ask[R](ctx, to, msg)
	cancel()
	return r, err
}

// retries counts attempts after the first.
type retries struct {
	mu api.Mutex
	n  uint64
}

func newRetries(rt api.Runtime) *retries { return &retries{mu: rt.NewMutex()} }

func (r *retries) add() {
	r.mu.Lock()
	r.n++
	r.mu.Unlock()
}

func (r *retries) count() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}

// hopeless says whether asking again cannot help.
func hopeless(err error) bool {
	return errors.Is(err, api.ErrSerialization) || errors.Is(err, api.ErrMessageTooLarge) || errors.Is(err, api.ErrEnvStopped)
}

// persist asks until there is an answer, or ctx is done, or there cannot be an answer. The message is one that may arrive
// twice.
func persist[R any](ctx context.Context, rt api.Runtime, to api.RpcEndpointRef, msg any, again *retries) (R, error) {
	for {
		r, err := ask[R](ctx, rt, to, msg, askTimeout)
		if err == nil || hopeless(err) {
			return r, err
		}
		if err := ctx.Err(); err != nil { // the ask may have ended for another reason at the same time
			return r, err
		}
		if err := api.Sleep(ctx, rt, retryWait); err != nil {
			return r, err
		}
		again.add()
	}
}
