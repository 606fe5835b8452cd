// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"

	"github.com/twinwire/twinwire/api"
)

func resendAsk() Mutant {
	return Mutant{
		Name:     "resend-ask",
		About:    "an ask whose connection ended is sent again, although it may have arrived",
		CaughtBy: []string{"a message that may have arrived is never sent again"},
		Wrap: func(h Harness) Harness {
			return onSenders(h, func(inner api.RefSender, _ api.Runtime) api.RefSender { return resendingSender{inner} })
		},
	}
}

type resendingSender struct{ api.RefSender }

func (s resendingSender) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	err := s.RefSender.AskTo(ctx, to, msg, reply)
	if errors.Is(err, api.ErrConnectionClosed) {
		return s.RefSender.AskTo(ctx, to, msg, reply)
	}
	return err
}
