// SPDX-License-Identifier: Apache-2.0

//go:build unix

package netty_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/netty"
)

func dialRaw(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// wait lets time pass, as the peers of a test do.
func (l *loaded) wait(d time.Duration) {
	if err := api.Sleep(l.Context(), l.env.Runtime(), d); err != nil {
		l.Error(err)
	}
}

// TestLoadPeersWithOneByteASecond: many peers send a frame one byte a second. None costs more than an idle one, and
// others are served.
func TestLoadPeersWithOneByteASecond(t *testing.T) {
	l := load(t, netty.Config{}, nil)
	const n, most = 2000, 16 << 10 // both ends of a connection, in this process
	before := used()
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i] = dialRaw(t, l.env.Address().HostPort())
	}
	frame := request(1, "echo")
	for second := range 4 {
		for _, c := range conns {
			if _, err := c.Write(frame[second : second+1]); err != nil {
				t.Fatal(err)
			}
		}
		l.served()
		l.wait(time.Second) // what these peers do
	}
	per := (used() - before) / n
	t.Logf("%d bytes of heap and stack for each connection, both ends", per)
	if per > most*slack {
		t.Errorf("more than %d bytes", most*slack)
	}
	for _, c := range conns { // a frame that has come slowly is a frame
		if _, err := c.Write(frame[4:]); err != nil {
			t.Fatal(err)
		}
	}
	if n := each(n, func(i int) error { _, err := io.ReadFull(conns[i], make([]byte, 17)); return err }, t.Output()); n != len(conns) {
		t.Errorf("%d were answered", n)
	}
}

// large is an endpoint that answers with 1 MiB.
func large() api.RpcEndpoint {
	answer := string(make([]byte, 1<<20))
	return api.Handlers(api.OnAsk(func(api.RpcCallContext, string) (string, error) { return answer, nil }))
}

// TestLoadReceiversThatStopReading: peers ask for much and read nothing. What is kept for each is bounded, then its
// connection is closed, and others are served.
func TestLoadReceiversThatStopReading(t *testing.T) {
	l := load(t, netty.Config{}, map[string]api.RpcEndpoint{"large": large()})
	const peers, least, most = 3, 4 << 20, 100 << 20
	stop := peak(t)
	closed := make(chan error, peers)
	for range peers {
		c := dialRaw(t, l.env.Address().HostPort())
		go func() {
			for id := int64(0); ; id++ {
				if _, err := c.Write(request(id, "large")); err != nil {
					closed <- err
					return
				}
			}
		}()
	}
	for n := 0; n < peers; {
		l.served()
		select {
		case <-closed:
			n++
		default:
		}
	}
	held := stop()
	t.Logf("at most %d MiB for %d peers", held>>20, peers)
	if held > peers*most {
		t.Errorf("more than %d MiB", peers*most>>20)
	}
	if held < least {
		t.Errorf("less than %d MiB: nothing was kept for them", least>>20)
	}
}

// TestLoadSendersToOneWhoStopsReading: an env sends to a peer that takes connections and never reads. What waits is
// bounded, asks time out in their time, and other peers are reached.
func TestLoadSendersToOneWhoStopsReading(t *testing.T) {
	l := load(t, netty.Config{}, nil)
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	const senders, least, most = 4, 2 << 20, 48 << 20
	client := newEnv(t, netty.Config{ConnectionTimeout: 2 * time.Second, OutboxBytes: 8 << 20})
	host, port, err := net.SplitHostPort(deaf.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	address, err := api.ParseRpcAddress(net.JoinHostPort(host, port))
	if err != nil {
		t.Fatal(err)
	}
	ref := client.EndpointRef(api.RpcEndpointAddress{Name: "deaf", Address: address})
	other := client.EndpointRef(l.good.Address())
	stop := peak(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ends := make(chan error, senders)
	for range senders {
		go func() {
			text := string(make([]byte, 64<<10))
			for ctx.Err() == nil {
				err := ref.Send(text)
				if err != nil && !errors.Is(err, api.ErrOutboxFull) && !errors.Is(err, api.ErrConnectionClosed) {
					ends <- err
					return
				}
				if err != nil {
					l.wait(time.Millisecond) // what such an error asks for
				}
			}
			ends <- nil
		}()
	}
	for range 4 {
		soon, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond) // the other peer may need longer on a busy machine
		_, err := api.Ask[string](soon, ref, "hear me")
		cancel()
		if !errors.Is(err, api.ErrTimeout) && !errors.Is(err, api.ErrConnectionClosed) && !errors.Is(err, api.ErrOutboxFull) {
			t.Error("an ask:", err)
		}
		if got, err := api.Ask[string](t.Context(), other, "and you"); got != "and you" || err != nil {
			t.Error("another peer:", got, err)
		}
	}
	cancel()
	for range senders {
		if err := <-ends; err != nil {
			t.Error("a sender:", err)
		}
	}
	held := stop()
	t.Logf("at most %d MiB for %d senders", held>>20, senders)
	if held < least {
		t.Errorf("less than %d MiB: nothing waited", least>>20)
	}
	if held > most*slack {
		t.Errorf("more than %d MiB", most*slack>>20)
	}
}

// untilResponse reads frames up to an RpcResponse.
func untilResponse(c net.Conn) error {
	var d wire.FrameDecoder
	for {
		n, err := c.Read(d.Buffer(1))
		d.Filled(n)
		if err != nil {
			return err
		}
		for payload, ok, err := d.Next(); ok || err != nil; payload, ok, err = d.Next() {
			if err != nil || wire.PeekType(payload) == wire.TypeRpcResponse {
				return err
			}
		}
	}
}

// TestLoadFloodOfLookups: unknown names leave nothing behind, neither where they are looked up nor where they are asked
// for.
func TestLoadFloodOfLookups(t *testing.T) {
	l := load(t, netty.Config{}, nil)
	const lookups, raw, most = 20_000, 150_000, 6 << 20 // if the names alone were kept, they would be twice that
	client := newEnv(t, netty.Config{})
	at := "@" + l.env.Address().HostPort()
	lookup := func(i int) error {
		_, err := client.Lookup(t.Context(), fmt.Sprint("spark://unknown-", i, at))
		if errors.Is(err, api.ErrEndpointNotFound) {
			return nil
		}
		return fmt.Errorf("lookup: %w", err)
	}
	each(1000, lookup, t.Output()) // what is kept for use again is there now
	c := dialRaw(t, l.env.Address().HostPort())
	answered := make(chan error, 1)
	go func() { answered <- untilResponse(c) }()
	before := used()
	if n := each(lookups, lookup, t.Output()); n != lookups {
		t.Errorf("%d of %d lookups were answered", n, lookups)
	}
	for i := range int64(raw) {
		if _, err := c.Write(request(i, fmt.Sprint("nobody-", i))); err != nil {
			t.Fatal(err)
		}
		if i%10_000 == 0 {
			l.served()
		}
	}
	if _, err := c.Write(request(0, "echo")); err != nil { // whose answer comes behind all others
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Fatal(err)
	}
	left := used() - before
	t.Logf("%d KiB more after %d lookups and %d asks of unknown names", left>>10, lookups, raw)
	if left > most*slack {
		t.Errorf("more than %d KiB", most*slack>>10)
	}
}
