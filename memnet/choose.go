// SPDX-License-Identifier: Apache-2.0

package memnet

// Choose draws from 0 to bound-1, on the tape like every choice of the world; 0 is the calm one. Each purpose, one word,
// and each name have a stream of their own on the host. It is called by a task, and a bound below 2 gives 0.
//
//go:norace
func (h *Host) Choose(purpose, name string, bound uint64) uint64 {
	h.enter("Host.Choose")
	if bound < 2 {
		return 0
	}
	s := h.chosen.at(mix(hashString(purpose), hashString(name)))
	if *s == nil {
		made := h.world.stream(purpose, mix(h.key, hashString(name)), h.name+":"+name)
		*s = &made
	}
	return h.world.choose(*s, bound)
}
