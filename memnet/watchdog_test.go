// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// A blockage is a way to wait for something of the machine.
type blockage struct {
	wait, end func()
	state     string // of the goroutine
	call      string // that is blamed
	advice    string
}

// stall runs a task that blocks, and returns what the run says of it.
func stall(t *testing.T, b blockage) *StallError {
	t.Helper()
	w := New(Config{Stall: 20 * time.Millisecond})
	h := w.Host("a")
	h.Boot(func(ctx context.Context) error {
		h.Runtime().Go("stuck", b.wait)
		return api.Sleep(ctx, h.Runtime(), time.Second)
	})
	r := w.Run(nil)
	b.end()
	<-w.done // its tasks are freed once it goes on
	s, ok := errors.AsType[*StallError](r.Err)
	if r.Verdict != Stalled || !ok {
		t.Fatalf("%v %v", r.Verdict, r.Err)
	}
	return s
}

// loopback returns a listener of the machine, and a connection to it that nobody writes to.
func loopback(t *testing.T) (net.Listener, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return l, c
}

func TestStallNamesTheTask(t *testing.T) {
	var mu sync.Mutex
	mu.Lock()
	var wg sync.WaitGroup
	wg.Add(1)
	block := make(chan struct{})
	l, c := loopback(t)
	first, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	for name, b := range map[string]blockage{
		"channel":   {func() { <-block }, func() { close(block) }, "chan receive", "", "use api.Queue"},
		"mutex":     {func() { mu.Lock(); defer mu.Unlock() }, mu.Unlock, "sync.Mutex.Lock", "sync.(*Mutex).Lock", "use Runtime.NewMutex"},
		"waitgroup": {func() { wg.Wait() }, wg.Done, "sync.WaitGroup", "sync.(*WaitGroup).Wait", "use api.Group"},
		"sleep":     {func() { time.Sleep(time.Second) }, func() {}, "sleep", "time.Sleep", "use api.Sleep"}, //nolint:forbidigo // that is the mistake
		"read":      {func() { _, _ = c.Read(make([]byte, 1)) }, func() { _ = c.Close() }, "IO wait", "net.(*conn).Read", "use the network of the host"},
		"accept":    {func() { _, _ = l.Accept() }, func() { _ = l.Close() }, "IO wait", "net.(*TCPListener).Accept", "use the network of the host"},
	} {
		s := stall(t, b)
		if s.Task != "stuck" || s.Host != "a" || !strings.HasPrefix(s.State, b.state) || s.Call != b.call {
			t.Errorf("%s: %+v", name, s)
		}
		if text := s.Error(); !strings.Contains(text, b.advice) || !strings.Contains(text, b.call+" at watchdog_test.go:") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestStallIsSeenTwice: a task that waited for a moment when somebody looked is not blocked.
func TestStallIsSeenTwice(t *testing.T) {
	seen := func(place, stack string, steps uint64) *suspect {
		return &suspect{&StallError{Task: "t", State: "semacquire", Place: place, Stack: stack}, steps}
	}
	first := seen("a.go:1", "goroutine 1 [semacquire]", 7)
	for _, c := range []struct {
		name string
		s    *suspect
		want bool
	}{
		{"the same", seen("a.go:1", "goroutine 1 [semacquire, 2 minutes]", 7), true},
		{"nobody", nil, false},
		{"another place", seen("a.go:2", "goroutine 1 [semacquire]", 7), false},
		{"a step later", seen("a.go:1", "goroutine 1 [semacquire]", 8), false},
	} {
		if got := c.s.was(first); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if first.was(nil) {
		t.Error("what is seen for the first time is believed")
	}
}
