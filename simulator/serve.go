// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"

	"github.com/twinwire/twinwire/api"
)

// Serve returns what a host runs that does nothing but serve one endpoint at its own address: build is called each time
// the host starts, so the endpoint begins anew after a crash.
func Serve(name string, build func(env api.RpcEnv) api.RpcEndpoint) func(ctx context.Context, n Node) error {
	return func(_ context.Context, n Node) error {
		env, err := n.RpcEnv(api.RpcEnvConfig{})
		if err != nil {
			return err
		}
		_, err = env.SetupEndpoint(name, build(env))
		return err
	}
}
