// SPDX-License-Identifier: Apache-2.0

package block

import "github.com/twinwire/twinwire/api"

// watch has audit, if there is one, watch over a buffer, whose reference it takes over.
func watch(audit *api.BufferAudit, what string, b api.ManagedBuffer) api.ManagedBuffer {
	if audit == nil {
		return b
	}
	return audit.Watch(what, b)
}
