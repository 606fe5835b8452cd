// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// wakeLog keeps what was pending when it was woken.
type wakeLog struct {
	api.Waiter
	writer transport.Writer
	woken  []int64
}

func (l *wakeLog) Wake() { l.woken = append(l.woken, l.writer.Pending()) }

// TestRoomForMany: who waits for room is woken once, when half of what may wait was written.
func TestRoomForMany(t *testing.T) {
	const body = 64 << 10
	w := transport.NewWriter(netty.NewRuntime(), &writeLog{}, func(err error) { t.Error(err) })
	me := &wakeLog{writer: w}
	for w.Pending() < transport.WriteRoom {
		if w.AwaitRoom(me) {
			t.Fatalf("no room with %d bytes pending", w.Pending())
		}
		w.Add("head", api.NewBytesBuffer(make([]byte, body)))
	}
	if !w.AwaitRoom(me) {
		t.Fatal("there is room")
	}
	w.Flush()
	const half = transport.WriteRoom / 2
	if len(me.woken) != 1 || me.woken[0] >= half || me.woken[0] < half-2*body {
		t.Errorf("woken with %d bytes pending, want once with nearly %d", me.woken, half)
	}
}
