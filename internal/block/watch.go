// SPDX-License-Identifier: Apache-2.0

package block

import "github.com/twinwire/twinwire/api"

// watch has audit, if there is one, watch over a buffer, whose reference it takes over, as what it is and the
// block's id.
func watch(audit *api.BufferAudit, what, id string, b api.ManagedBuffer) api.ManagedBuffer {
	if audit == nil {
		return b
	}
	return audit.Watch(what+id, b)
}
