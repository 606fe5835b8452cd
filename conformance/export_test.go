// SPDX-License-Identifier: Apache-2.0

package conformance

// What the breakers of the external tests are made of.
var (
	OnHosts     = onHosts
	OnEnvs      = onEnvs
	OnSenders   = onSenders
	OnListeners = onListeners
)
