// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"cmp"
	"slices"
)

// rpcSlots finds the callback of a request by its id. An id is the number of a slot below that of the request, counted
// from a random start: so a lookup is one index and one comparison, an id comes back after 2^39 requests, and the order
// of ids is that of the requests.
type rpcSlots struct {
	slots []rpcSlot
	count int64 // of requests
	free  int32 // the slot without a callback that is used next, from 1; 0: there is none
	used  int32
	quiet int32 // how many requests came, up to quietAdds, since one came while another was outstanding
}

// quietAdds is after how many requests, one by one, nobody else is expected to have one to add.
const quietAdds = 8

type rpcSlot struct {
	id int64 // without a callback: minus what free is to be when the slot is used
	cb RpcCallback
}

// slotBits leaves room for 16.8 million outstanding requests on one connection.
const (
	slotBits = 24
	slotMask = 1<<slotBits - 1
	idMask   = 1<<63 - 1
)

// add keeps cb and returns its id; it reports false when every slot is taken.
func (s *rpcSlots) add(cb RpcCallback) (id int64, ok bool) {
	var at int32
	switch {
	case s.free > 0:
		at = s.free - 1
		s.free = int32(-s.slots[at].id)
	case len(s.slots) <= slotMask:
		at = int32(len(s.slots))
		s.slots = append(s.slots, rpcSlot{})
	default:
		return 0, false
	}
	s.count++
	s.used++
	if s.used > 1 {
		s.quiet = 0
	} else if s.quiet < quietAdds {
		s.quiet++
	}
	id = (s.count<<slotBits | int64(at)) & idMask
	s.slots[at] = rpcSlot{id: id, cb: cb}
	return id, true
}

// take returns the callback of id and forgets it; nil when there is none.
func (s *rpcSlots) take(id int64) RpcCallback {
	at := id & slotMask
	if at >= int64(len(s.slots)) || s.slots[at].id != id {
		return nil
	}
	cb := s.slots[at].cb
	if cb == nil {
		return nil
	}
	s.slots[at] = rpcSlot{id: int64(-s.free)}
	s.free = int32(at) + 1
	s.used--
	if s.used == 0 && len(s.slots) > keepSlots {
		s.slots, s.free = nil, 0
	}
	return cb
}

// keepSlots is how many slots a connection keeps when nothing is outstanding.
const keepSlots = 1024

// outstanding returns the slots with a callback, in the order of the requests.
func (s *rpcSlots) outstanding() []rpcSlot {
	found := make([]rpcSlot, 0, s.used)
	for _, slot := range s.slots {
		if slot.cb != nil {
			found = append(found, slot)
		}
	}
	slices.SortFunc(found, func(a, b rpcSlot) int { return cmp.Compare(a.id, b.id) })
	return found
}

// drain returns every callback in the order of the requests, and forgets them.
func (s *rpcSlots) drain() []RpcCallback {
	all := make([]RpcCallback, 0, s.used)
	for _, slot := range s.outstanding() {
		all = append(all, slot.cb)
	}
	s.slots, s.free, s.used = nil, 0, 0
	return all
}
