// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// slowOnce is a connection whose peer takes so many bytes of the first write in time, all if that is negative. Others add
// something meanwhile.
type slowOnce struct {
	net.Conn
	takes   int
	between func()
	got     []byte
}

func (c *slowOnce) SetWriteDeadline(time.Time) error { return nil }

func (c *slowOnce) Write(b []byte) (n int, err error) {
	n = len(b)
	if c.between != nil {
		c.between()
		c.between = nil
		if c.takes >= 0 {
			n, err = c.takes, os.ErrDeadlineExceeded
		}
	}
	c.got = append(c.got, b[:n]...)
	return n, err
}

// TestRestOfABriefWriteComesFirst: what a slow peer has not taken goes before what was added while it did not.
func TestRestOfABriefWriteComesFirst(t *testing.T) {
	for takes := range len("first") {
		conn := &slowOnce{takes: takes}
		w := transport.NewWriter(netty.NewRuntime(), conn, func(err error) { t.Error(err) })
		conn.between = func() {
			w.Add("second", api.NewBytesBuffer([]byte("body")))
			w.Add("third", nil)
		}
		w.Add("first", nil)
		if w.FlushBriefly() {
			t.Error("a slow write is done")
		}
		if string(conn.got) != "firstsecondbodythird" || w.Pending() != 0 {
			t.Errorf("after %d bytes: %q, %d pending", takes, conn.got, w.Pending())
		}
	}
}

// TestFrameOfWhoSendsAlone: a frame that is written from where it is leaves whole, and what others add meanwhile behind it,
// also when the peer is slow to take it and its memory is used again before another task goes on.
func TestFrameOfWhoSendsAlone(t *testing.T) {
	for takes := range len("first") {
		conn := &slowOnce{takes: takes}
		w := transport.NewWriter(netty.NewRuntime(), conn, func(err error) { t.Error(err) })
		conn.between = func() { w.Add("second", nil) }
		if w.FlushFrame([]byte("first")) {
			t.Error("a slow write is done")
		}
		if string(conn.got) != "firstsecond" || w.Pending() != 0 {
			t.Errorf("after %d bytes: %q, %d pending", takes, conn.got, w.Pending())
		}
	}
	conn := &slowOnce{takes: -1}
	w := transport.NewWriter(netty.NewRuntime(), conn, func(err error) { t.Error(err) })
	conn.between = func() { w.Add("second", nil) }
	if !w.FlushFrame([]byte("first")) || string(conn.got) != "firstsecond" || w.Pending() != 0 {
		t.Errorf("a quick peer got %q, %d pending", conn.got, w.Pending())
	}
}
