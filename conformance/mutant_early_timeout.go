// SPDX-License-Identifier: Apache-2.0

package conformance

import "github.com/twinwire/twinwire/api"

func earlyTimeout() Mutant {
	return Mutant{
		Name:     "early-timeout",
		About:    "an ask is given up after half the time that was configured",
		CaughtBy: []string{"an ask without a reply ends with a timeout that names the setting, and not before"},
		Wrap: func(h Harness) Harness {
			return onHosts(h, func(host Host) Host { return hastyHost{host} })
		},
	}
}

type hastyHost struct{ Host }

func (h hastyHost) NewRpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	cfg.AskTimeout /= 2
	return h.Host.NewRpcEnv(cfg)
}
