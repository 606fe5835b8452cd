// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/api"
)

// What the external tests look at.
var (
	PushGoesOn    = pushGoesOn
	WorthFetching = worthFetching
	WorthTelling  = worthTelling
)

// Sink hears how the blocks of an attempt end.
type Sink interface {
	Success(place int, data api.ManagedBuffer)
	Failure(place int, cause error)
}

type exportedSink struct{ sink }

func (s exportedSink) Success(place int, data api.ManagedBuffer) { s.success(place, data) }
func (s exportedSink) Failure(place int, cause error)            { s.failure(place, cause) }

// Transfer runs a transferor whose attempts are made by begin and whose outcomes go to heard.
func Transfer(ctx context.Context, rt api.Runtime, ids []string, retries int, wait time.Duration, begin func(ids []string, to Sink), heard func(id string, err error)) {
	t := newTransferor(ctx, rt, ids, retryPolicy{most: retries, wait: wait, worth: worthFetching})
	t.begin = func(ids []string, _ []int, to sink) { begin(ids, exportedSink{to}) }
	t.hear = scripted{heard}
	t.start()
}

type scripted struct {
	heard func(id string, err error)
}

func (s scripted) blockEnded(o outcome) { s.heard(o.id, o.err) }
func (scripted) retried(int, error)     {}
func (scripted) transferEnded()         {}
