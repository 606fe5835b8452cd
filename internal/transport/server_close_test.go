// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
)

// TestServerIsClosedByMany: each of those who close it at once hears of its end.
func TestServerIsClosedByMany(t *testing.T) {
	inWorlds(t, func(s *stage) {
		for range 20 {
			server, err := transport.NewServer(s.ctx, s.rt, s.there, s.bind, transport.Config{}, &app{})
			if err != nil {
				s.Fatal(err)
			}
			for range 3 {
				s.tasks.Go("close", func() error { return server.Close(s.ctx) })
			}
			if err := s.tasks.Wait(s.ctx); err != nil {
				s.Fatal(err)
			}
		}
	})
}
