// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"net"

	"github.com/twinwire/twinwire/api"
)

// silence listens at h, accepts connections and says nothing. It returns its address.
func (t *trial) silence(h Host) api.RpcAddress {
	var address api.RpcAddress
	t.on(h, "listen and be silent", func() {
		l := t.listen(h)
		var err error
		address, err = api.ParseRpcAddress(l.Addr().String())
		t.must(err, "parse the listener's address")
		h.Runtime().Go("accept in silence", func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				t.closeAtEnd(h, c)
			}
		})
	})
	return address
}

// listen listens at h until the end, by a task of h.
func (t *trial) listen(h Host) net.Listener {
	l, err := h.Network().Listen(t.ctx, h.Address(0))
	t.must(err, "listen")
	t.closeAtEnd(h, l)
	return l
}

// closeAtEnd closes a listener or connection of h at the end. It may be closed already.
func (t *trial) closeAtEnd(h Host, c interface{ Close() error }) {
	t.atEnd(h, "close", func() error {
		_ = c.Close() // a second Close may say so
		return nil
	})
}
