// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"io"
	"net"
	"os"
	"time"

	"pgregory.net/rapid"
)

func connectionLaws() []Property {
	const family = "connection"
	needs := Connections
	return []Property{
		law(Property{Family: family, Name: "what is written arrives, whole and in order, and then the end", Clause: "C1", Needs: needs}, drawTraffic, bytesArrive),
		law(Property{Family: family, Name: "both directions work in turn", Clause: "C2", Needs: needs}, drawTraffic, pingPong),
		law(Property{Family: family, Name: "what arrives before a cut is the beginning of what was written", Clause: "C3", Needs: needs}, drawFoulTraffic, beginningArrives),
		law(Property{Family: family, Name: "a deadline in the past ends calls at once, and can be lifted", Clause: "C5", Needs: needs}, drawTraffic, pastDeadline),
		law(Property{Family: family, Name: "a deadline to come ends a waiting call, and not before", Clause: "C5", Needs: needs, waits: 2}, drawTraffic, futureDeadline),
		law(Property{Family: family, Name: "a deadline set while a call waits ends it", Clause: "C5", Needs: needs, waits: 2}, drawTraffic, presentDeadline),
		law(Property{Family: family, Name: "reads by many tasks with racing deadlines lose and invent nothing", Clause: "C6", Needs: needs}, drawTraffic, racyReads),
		law(Property{Family: family, Name: "writes by many tasks with racing deadlines only time out", Clause: "C6", Needs: needs}, drawTraffic, racyWrites),
		law(Property{Family: family, Name: "closing an end ends its calls, and the other end sees it", Clause: "C4", Needs: needs}, drawTraffic, closeEnds),
		law(Property{Family: family, Name: "all methods may be called at once", Clause: "C6", Needs: needs}, drawTraffic, concurrentMethods),
		law(Property{Family: family, Name: "where nobody listens nobody connects, and a closed listener accepts no more", Clause: "C7", Needs: needs}, drawTraffic, listening),
	}
}

type trafficPlan struct {
	conditions
	Writes []int // bytes, in turn
	Reads  []int // sizes of the buffers, in turn
	Total  int   // bytes in each direction
	Tasks  int
	Wait   time.Duration
}

func drawTraffic(t *rapid.T) trafficPlan {
	sizes := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(1, 100), rapid.IntRange(1, 8_000)), 1, 4)
	return trafficPlan{
		conditions: drawFair(t),
		Writes:     sizes.Draw(t, "writes"),
		Reads:      sizes.Draw(t, "reads"),
		Total:      rapid.IntRange(1, 20_000).Draw(t, "total"),
		Tasks:      rapid.IntRange(1, 4).Draw(t, "tasks"),
		Wait:       milliseconds(t, 5, 30, "wait"),
	}
}

func drawFoulTraffic(t *rapid.T) trafficPlan {
	p := drawTraffic(t)
	p.Reset = rapid.SampledFrom([]uint32{20_000, 100_000, 500_000}).Draw(t, "reset")
	return p
}

// wire is a connection between two hosts.
type wire struct{ a, b end }

// end is one end of it.
type end struct {
	net.Conn
	h Host
}

// wire makes a connection. Both ends are closed at the end.
func (t *trial) wire() wire {
	w := wire{a: end{h: t.world.Host("client")}, b: end{h: t.world.Host("server")}}
	var l net.Listener
	t.on(w.b.h, "listen", func() { l = t.listen(w.b.h) })
	t.goOn(w.b.h, "accept", func() {
		c, err := l.Accept()
		t.must(err, "accept")
		w.b.Conn = c
	})
	t.goOn(w.a.h, "dial", func() {
		c, err := w.a.h.Network().Dial(t.ctx, l.Addr().String())
		t.must(err, "dial")
		w.a.Conn = c
	})
	t.join()
	t.closeAtEnd(w.a.h, w.a)
	t.closeAtEnd(w.b.h, w.b)
	return w
}

// ends calls f for each end and the other one.
func (w wire) ends(f func(name string, this, other end)) {
	f("dialling end", w.a, w.b)
	f("accepting end", w.b, w.a)
}

// writeAll writes content(name, p.Total) in the sizes of the plan and returns the first error.
func (p trafficPlan) writeAll(c net.Conn, name string) error {
	b := content(name, p.Total)
	for i := 0; len(b) > 0; i++ {
		n := min(len(b), p.Writes[i%len(p.Writes)])
		if _, err := c.Write(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// readAll reads with the buffers of the plan until n bytes have come (0: no bound) or an error.
func (p trafficPlan) readAll(c net.Conn, n int) ([]byte, error) {
	var got []byte
	for i := 0; n == 0 || len(got) < n; i++ {
		b := make([]byte, p.Reads[i%len(p.Reads)])
		if n > 0 {
			b = b[:min(len(b), n-len(got))]
		}
		m, err := c.Read(b)
		got = append(got, b[:m]...)
		if err != nil {
			return got, err
		}
	}
	return got, nil
}

// isTimeout says whether err is a deadline's.
func isNetTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout() && errors.Is(err, os.ErrDeadlineExceeded)
}

// longAgo is before any clock's now.
func longAgo() time.Time { return time.Unix(1, 0) }

func bytesArrive(t *trial, p trafficPlan) {
	w := t.wire()
	w.ends(func(name string, this, other end) {
		t.goOn(this.h, "writer", func() { t.must(p.writeAll(this, name), "write") })
		t.goOn(other.h, "reader", func() {
			got, err := p.readAll(other, p.Total)
			t.must(err, "read")
			if string(got) != string(content(name, p.Total)) {
				t.errorf("%d bytes of the %s arrived changed", p.Total, name)
			}
		})
	})
	t.join()
	t.on(w.a.h, "write and close", func() {
		t.must(p.writeAll(w.a, "last"), "write")
		t.must(w.a.Close(), "close")
	})
	t.on(w.b.h, "read to the end", func() {
		got, err := p.readAll(w.b, 0)
		if !errors.Is(err, io.EOF) || string(got) != string(content("last", p.Total)) {
			t.errorf("%d bytes were written before Close, %d arrived, and then: %v", p.Total, len(got), err)
		}
	})
}

func pingPong(t *trial, p trafficPlan) {
	w := t.wire()
	rounds := min(p.Total, 20)
	ball := make([]byte, 1)
	t.goOn(w.b.h, "return", func() {
		b := make([]byte, 1)
		for range rounds {
			_, err := io.ReadFull(w.b, b)
			t.must(err, "read")
			b[0]++
			_, err = w.b.Write(b)
			t.must(err, "write")
		}
	})
	t.goOn(w.a.h, "serve", func() {
		for range rounds {
			_, err := w.a.Write(ball)
			t.must(err, "write")
			_, err = io.ReadFull(w.a, ball)
			t.must(err, "read")
			ball[0]++
		}
	})
	t.join()
	if int(ball[0]) != 2*rounds {
		t.errorf("the ball counts %d after %d rounds", ball[0], rounds)
	}
}
