// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/netty"
)

// oneAtATime is a connection that tells of two tasks that write at once. Its peer takes the half of every so many brief
// writes in time.
type oneAtATime struct {
	net.Conn
	writes   int
	slow     int
	brief    bool
	got      []byte
	at, both atomic.Int32
}

func (c *oneAtATime) SetWriteDeadline(at time.Time) error {
	c.brief = !at.IsZero()
	return nil
}

func (c *oneAtATime) Write(b []byte) (int, error) {
	if c.at.Add(1) > 1 {
		c.both.Add(1)
	}
	defer c.at.Add(-1)
	if c.writes++; c.brief && c.slow > 0 && c.writes%c.slow == 0 {
		c.got = append(c.got, b[:len(b)/2]...)
		return len(b) / 2, os.ErrDeadlineExceeded
	}
	c.got = append(c.got, b...)
	return len(b), nil
}

// TestAloneOrTogether: tasks that find the writer at rest write alone, others come to it meanwhile, and every frame leaves
// whole, once, in its task's order. Then the writer rests.
func TestAloneOrTogether(t *testing.T) {
	for _, slow := range []int{0, 7} {
		conn := &oneAtATime{slow: slow}
		w := transport.NewWatched(netty.NewRuntime(), conn)
		const tasks, each = 3, 5_000
		var all sync.WaitGroup
		for task := range int64(tasks) {
			all.Go(func() {
				frame := make([]byte, transport.FrameRoom+8)
				for n := range int64(each) {
					w.Answer(task<<32|n, frame)
				}
			})
		}
		all.Wait()
		spin(w.Rests)
		if conn.both.Load() > 0 {
			t.Errorf("two tasks wrote at once %d times", conn.both.Load())
		}
		next := [tasks]int64{}
		d := wire.FrameDecoder{}
		d.Feed(conn.got)
		frames := 0
		for payload, ok, err := d.Next(); ok || err != nil; payload, ok, err = d.Next() {
			if err != nil {
				t.Fatal(err)
			}
			id, _, err := wire.ParseRpcResponse(payload)
			if err != nil {
				t.Fatal(err)
			}
			if n := id & (1<<32 - 1); n != next[id>>32] {
				t.Fatalf("task %d: frame %d comes in place of %d", id>>32, n, next[id>>32])
			}
			next[id>>32]++
			frames++
		}
		if frames != tasks*each || w.Waiting() != 0 || w.Progress() != uint64(len(conn.got)) {
			t.Errorf("%d frames of %d, %d bytes wait, %d of %d are counted", frames, tasks*each, w.Waiting(), w.Progress(), len(conn.got))
		}
	}
}
