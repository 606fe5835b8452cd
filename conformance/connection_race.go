// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"errors"
	"io"
	"net"
	"time"

	"github.com/twinwire/twinwire/api"
)

// nobodysPort is a port at which nobody listens. A port that was given back may be somebody else's soon.
const nobodysPort = 1

func racyReads(t *trial, p trafficPlan) {
	w := t.wire()
	rt := w.b.h.Runtime()
	t.goOn(w.a.h, "writer", func() { t.must(p.writeAll(w.a, "racy"), "write") })
	counts := [256]int{}
	read := 0
	for range p.Tasks {
		t.goOn(w.b.h, "reader", func() {
			for i, left := 0, p.Total; left > 0; i++ {
				b := make([]byte, p.Reads[i%len(p.Reads)])
				t.must(w.b.SetReadDeadline(rt.Now().Add(time.Millisecond)), "set the deadline")
				n, err := w.b.Read(b)
				if err != nil && !isNetTimeout(err) {
					t.fatalf("a read with a racing deadline ended with: %v", err)
				}
				t.record(func() {
					read += n
					left = p.Total - read
					for _, x := range b[:n] {
						counts[x]++
					}
				})
			}
		})
	}
	t.join()
	for _, x := range content("racy", p.Total) {
		counts[x]--
	}
	if counts != [256]int{} {
		t.errorf("%d bytes were written and %d other ones read", p.Total, read)
	}
}

func racyWrites(t *trial, p trafficPlan) {
	w := t.wire()
	rt := w.a.h.Runtime()
	written, read := 0, 0
	t.goOn(w.b.h, "reader", func() {
		got, err := p.readAll(w.b, 0)
		if !errors.Is(err, io.EOF) {
			t.errorf("after racing writes and a Close came: %v", err)
		}
		t.record(func() { read = len(got) })
	})
	writing := p.Tasks
	for range p.Tasks {
		t.goOn(w.a.h, "writer", func() {
			for i := range 10 {
				t.must(w.a.SetWriteDeadline(rt.Now().Add(time.Millisecond)), "set the deadline")
				n, err := w.a.Write(make([]byte, p.Writes[i%len(p.Writes)]))
				if err != nil && !isNetTimeout(err) {
					t.fatalf("a write with a racing deadline ended with: %v", err)
				}
				t.record(func() { written += n })
			}
			t.record(func() { writing-- })
		})
	}
	t.until("the writers to end", func() bool { return writing == 0 })
	t.on(w.a.h, "close", func() { t.must(w.a.Close(), "close") })
	t.join()
	if written != read {
		t.errorf("writes report %d bytes and %d arrived", written, read)
	}
}

func beginningArrives(t *trial, p trafficPlan) {
	w := t.wire()
	w.ends(func(name string, this, other end) {
		t.goOn(this.h, "writer", func() {
			_ = p.writeAll(this, name) // it may be cut
		})
		t.goOn(other.h, "reader", func() {
			got, _ := p.readAll(other, p.Total) // it may be cut
			if !bytes.HasPrefix(content(name, p.Total), got) {
				t.errorf("%d bytes arrived that are not the beginning of what the %s wrote", len(got), name)
			}
		})
	})
	t.join()
}

func closeEnds(t *trial, p trafficPlan) {
	w := t.wire()
	waiting := func(what string, call func(net.Conn) error) {
		t.goOn(w.a.h, what, func() {
			if err := call(w.a); err == nil || isNetTimeout(err) {
				t.errorf("%s on a connection that was closed meanwhile ended with: %v", what, err)
			}
		})
	}
	waiting("a waiting Read", readOne)
	waiting("a waiting Write", writeUntilError)
	t.on(w.a.h, "close", func() {
		t.sleep(w.a.h, p.Wait)
		t.must(w.a.Close(), "close")
	})
	t.join()
	t.on(w.a.h, "use a closed connection", func() {
		if err := readOne(w.a); !errors.Is(err, net.ErrClosed) {
			t.errorf("a Read on a closed connection: %v", err)
		}
		if _, err := w.a.Write([]byte{1}); !errors.Is(err, net.ErrClosed) {
			t.errorf("a Write on a closed connection: %v", err)
		}
	})
	t.on(w.b.h, "see the end", func() {
		if _, err := io.Copy(io.Discard, w.b); isNetTimeout(err) {
			t.errorf("the other end of a closed connection: %v", err)
		}
		if err := writeUntilError(w.b); err == nil || isNetTimeout(err) {
			t.errorf("a Write to a closed end: %v", err)
		}
	})
}

// hasEnded says whether err is a right end of a call on a connection that others close and set deadlines on.
func hasEnded(err error) bool {
	var reset *net.OpError
	return err == nil || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.As(err, &reset)
}

func concurrentMethods(t *trial, p trafficPlan) {
	w := t.wire()
	w.ends(func(name string, this, _ end) {
		soon := func() time.Time { return this.h.Runtime().Now().Add(p.Wait) }
		for what, call := range []func() error{
			func() error { return readOne(this) },
			func() error { _, err := this.Write([]byte{1}); return err },
			func() error { return this.SetDeadline(soon()) },
			func() error { return this.SetReadDeadline(soon()) },
			func() error { return this.SetWriteDeadline(longAgo()) },
			func() error { _, _ = this.LocalAddr().String(), this.RemoteAddr().String(); return nil },
		} {
			for range p.Tasks {
				t.goOn(this.h, "caller", func() {
					for range 3 {
						if err := call(); !hasEnded(err) {
							t.errorf("call %d of the %s, one of many at once, ended with: %v", what, name, err)
						}
					}
				})
			}
		}
	})
	t.on(w.a.h, "close", func() {
		t.sleep(w.a.h, p.Wait)
		t.must(w.a.Close(), "close")
	})
	t.join()
}

func listening(t *trial, p trafficPlan) {
	server, client := t.world.Host("server"), t.world.Host("client")
	var l net.Listener
	t.on(server, "listen", func() { l = t.listen(server) })
	t.goOn(server, "accept", func() {
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.errorf("Accept of a closed listener: %v", err)
		}
	})
	t.on(server, "close the listener", func() {
		t.sleep(server, p.Wait)
		t.must(l.Close(), "close")
	})
	t.join()
	t.on(client, "dial nobody", func() {
		if c, err := client.Network().Dial(t.ctx, server.Address(nobodysPort)); err == nil {
			t.closeAtEnd(client, c)
			t.errorf("Dial connected where nobody listens")
		}
		ctx, cancel := api.WithCancel(t.ctx, client.Runtime())
		cancel()
		if c, err := client.Network().Dial(ctx, server.Address(nobodysPort)); err == nil {
			t.closeAtEnd(client, c)
			t.errorf("Dial connected after its context ended")
		}
	})
}
