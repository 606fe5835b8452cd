// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"net"
	"time"
)

// writeUntilError writes until an error, which comes when the other end does not read: there is room for so much only.
func writeUntilError(c net.Conn) error {
	b := make([]byte, 64<<10)
	for range 4 << 10 {
		if _, err := c.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// readOne reads one byte.
func readOne(c net.Conn) error {
	_, err := c.Read(make([]byte, 1))
	return err
}

// timesOut checks that a call ended by a deadline.
func (t *trial) timesOut(err error, what string) {
	if !isNetTimeout(err) {
		t.errorf("%s ended with: %v", what, err)
	}
}

func pastDeadline(t *trial, p trafficPlan) {
	w := t.wire()
	w.ends(func(name string, this, other end) {
		t.on(this.h, "set past deadlines", func() {
			t.must(this.SetDeadline(longAgo()), "set the deadline")
			for range 2 {
				t.timesOut(readOne(this), "a read after its deadline by the "+name)
				_, err := this.Write([]byte{1})
				t.timesOut(err, "a write after its deadline by the "+name)
			}
			t.must(this.SetDeadline(time.Time{}), "lift the deadline")
		})
		t.goOn(this.h, "write", func() { t.must(p.writeAll(this, name), "write after the deadline was lifted") })
		t.on(other.h, "read", func() {
			got, err := p.readAll(other, p.Total)
			t.must(err, "read")
			if string(got) != string(content(name, p.Total)) {
				t.errorf("bytes of the %s arrived changed after a deadline", name)
			}
		})
		t.join()
	})
}

func futureDeadline(t *trial, p trafficPlan) {
	w := t.wire()
	w.ends(func(name string, this, other end) {
		t.goOn(this.h, "wait for a deadline", func() {
			rt := this.h.Runtime()
			start := rt.Now()
			t.must(this.SetReadDeadline(start.Add(p.Wait)), "set the deadline")
			t.timesOut(readOne(this), "a read that waits until its deadline at the "+name)
			if took := rt.Now().Sub(start); took < p.Wait {
				t.errorf("a read with a deadline in %v ended after %v", p.Wait, took)
			}
		})
		t.join()
	})
	t.on(w.a.h, "write against the deadline", func() {
		rt := w.a.h.Runtime()
		start := rt.Now()
		t.must(w.a.SetWriteDeadline(start.Add(p.Wait)), "set the deadline")
		t.timesOut(writeUntilError(w.a), "a write that nobody reads")
		if took := rt.Now().Sub(start); took < p.Wait {
			t.errorf("a write with a deadline in %v ended after %v", p.Wait, took)
		}
	})
	t.on(w.b.h, "use the other direction", func() { t.must(p.writeAll(w.b, "back"), "write") })
	t.on(w.a.h, "read after a write's deadline", func() {
		t.must(w.a.SetReadDeadline(time.Time{}), "lift the deadline")
		got, err := p.readAll(w.a, p.Total)
		t.must(err, "read")
		if string(got) != string(content("back", p.Total)) {
			t.errorf("bytes arrived changed after a deadline of the other direction")
		}
	})
}

func presentDeadline(t *trial, p trafficPlan) {
	w := t.wire()
	// Nobody writes while the reads wait, and nobody reads while the writes do.
	interrupt := func(what string, call func(net.Conn) error, set func(net.Conn) error) {
		w.ends(func(name string, this, _ end) {
			t.goOn(this.h, what, func() { t.timesOut(call(this), what+" of the "+name+" whose deadline was set meanwhile") })
			t.on(this.h, "set the deadline", func() {
				t.sleep(this.h, p.Wait)
				t.must(set(this), "set the deadline")
			})
			t.join()
		})
	}
	interrupt("a read", readOne, func(c net.Conn) error { return c.SetReadDeadline(longAgo()) })
	interrupt("a write", writeUntilError, func(c net.Conn) error { return c.SetWriteDeadline(longAgo()) })
}
