// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// TestRestingTask: what may rest is called again for what arrives, reads all of it in order, and ends with the stream. So
// many readers need few coroutines.
func TestRestingTask(t *testing.T) {
	const pairs, messages = 50, 20
	w := New(Config{Faults: fault.LAN()})
	var read, ended atomic.Int32
	server, client := w.Host("server"), w.Host("client")
	server.Boot(func(ctx context.Context) error {
		l, err := server.Network().Listen(ctx, "server:1")
		if err != nil {
			return err
		}
		for range pairs {
			conn, err := l.Accept()
			if err != nil {
				return err
			}
			var next byte
			server.runtime.GoResting("read", restingFunc(func() {
				for {
					p, rests, err := conn.(api.ArrivedReader).ArrivedOrRest()
					if rests {
						return
					}
					if err != nil {
						if !errors.Is(err, io.EOF) || next != messages {
							t.Errorf("after %d bytes: %v", next, err)
						}
						ended.Add(1)
						return
					}
					for _, b := range p {
						if b != next {
							t.Errorf("got %d, want %d", b, next)
						}
						next++
						read.Add(1)
					}
				}
			}))
		}
		return nil
	})
	client.Boot(func(ctx context.Context) error {
		var conns []net.Conn
		for range pairs {
			conn, err := client.Network().Dial(ctx, "server:1")
			if err != nil {
				return err
			}
			conns = append(conns, conn)
		}
		for i := range byte(messages) {
			for _, c := range conns {
				if _, err := c.Write([]byte{i}); err != nil {
					return err
				}
			}
			if err := api.Sleep(ctx, client.Runtime(), time.Second); err != nil {
				return err
			}
			if restsWithoutStack && len(w.coros) > 10 {
				t.Errorf("%d coroutines for %d resting tasks", len(w.coros), pairs)
			}
		}
		for _, c := range conns {
			c.Close()
		}
		return api.Sleep(ctx, client.Runtime(), time.Second)
	})
	if r := w.Run(nil); r.Verdict != Passed || read.Load() != pairs*messages || ended.Load() != pairs {
		t.Errorf("%v %v: %d bytes, %d ends", r.Verdict, r.Err, read.Load(), ended.Load())
	}
}

// TestCrashWhileResting: a task that rests dies with its host, and is named among those that are left while it lives.
func TestCrashWhileResting(t *testing.T) {
	calls := 0
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		b := w.Host("b")
		b.runtime.GoResting("read", restingFunc(func() {
			calls++
			far.(api.ArrivedReader).ArrivedOrRest()
		}))
		w.Host("a").Runtime().Yield()
		if err := api.Sleep(nil, w.root.runtime, time.Second); err != nil { //nolint:staticcheck // a nil context: until then
			return err
		}
		if !taskLeft(w, "read") {
			t.Error("the task that rests is not among those that are left")
		}
		b.Crash()
		_, _ = near.Write([]byte("too late"))
		if taskLeft(w, "read") {
			t.Error("it has outlived its host")
		}
		return api.Sleep(nil, w.root.runtime, time.Second) //nolint:staticcheck // likewise
	})
	if calls != 1 {
		t.Errorf("it was called %d times, want once", calls)
	}
}

func taskLeft(w *World, name string) bool {
	for _, l := range w.Left() {
		if l.Kind == LeftTask && l.Name == name && l.Code == "memnet.restingFunc.GoOn" {
			return true
		}
	}
	return false
}

// restingFunc is a task that may rest, as a function.
type restingFunc func()

func (f restingFunc) GoOn() { f() }
