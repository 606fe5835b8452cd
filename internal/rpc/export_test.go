// SPDX-License-Identifier: Apache-2.0

package rpc

import "github.com/twinwire/twinwire/api"

// Outboxes is how many outboxes an env has.
func Outboxes(e api.RpcEnv) int { return len(e.(*Env).allOutboxes()) }
