// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"github.com/twinwire/twinwire/api"
)

type (
	replicaPut  struct{ Value int }
	replicaRead struct{}
)

// replicate passes a value on to the backup.
type replicate func(call api.RpcCallContext, backup api.RpcEndpointRef, value int) error

// later answers first, and lets the backup follow.
func later(_ api.RpcCallContext, backup api.RpcEndpointRef, value int) error {
	return backup.Send(replicaPut{Value: value})
}

// first has the backup's word before it answers.
func first(call api.RpcCallContext, backup api.RpcEndpointRef, value int) error {
	_, err := api.Ask[bool](call.Context(), backup, replicaPut{Value: value})
	return err
}

// newPrimary keeps a value and passes it on.
func newPrimary(backup api.RpcEndpointRef, pass replicate) api.RpcEndpoint {
	value := 0
	return api.Handlers(api.OnAsk(func(call api.RpcCallContext, m replicaPut) (bool, error) {
		value = m.Value
		return true, pass(call, backup, value)
	}))
}

// newBackup keeps the value that the primary passes on, until it is asked for it.
func newBackup() api.RpcEndpoint {
	value := 0
	return api.Handlers(
		api.OnSend(func(_ api.RpcCallContext, m replicaPut) error {
			value = m.Value
			return nil
		}),
		api.OnAsk(func(_ api.RpcCallContext, m replicaPut) (bool, error) {
			value = m.Value
			return true, nil
		}),
		api.OnAsk(func(api.RpcCallContext, replicaRead) (int, error) { return value, nil }),
	)
}
