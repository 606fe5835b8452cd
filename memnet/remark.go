// SPDX-License-Identifier: Apache-2.0

package memnet

// Remark tells Config.Observe of something: a sighting of kind "mark". It costs nothing when nobody
// observes. It is called by a task.
//
//go:norace
func (h *Host) Remark(what string) {
	if o := h.world.observer; o != nil {
		o.tell(Sighting{Kind: "mark", Host: h.name, What: what})
	}
}
