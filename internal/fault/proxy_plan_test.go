// SPDX-License-Identifier: Apache-2.0

package fault_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/memnet"
	"github.com/twinwire/twinwire/netty"
)

func parsePlan(t *testing.T, text string) plan.Plan {
	t.Helper()
	p, err := plan.Parse("test", "plan 1\n"+text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPlanForSaysWhatAProxyCannotDo, entry by entry, and nothing about other hosts.
func TestPlanForSaysWhatAProxyCannotDo(t *testing.T) {
	p := parsePlan(t, `seed 7
link * -> * latency=1ms tail=1%:10ms split=5% loss=1% bandwidth=1MiB/s flip=1%
link client -> server latency=5ms
link other -> server latency=5ms
clock client offset=1s
clock other offset=1s
disk * slow=1ms
at 1s partition client -> server for 2s
at 1s clog server -> client for 2s
at 1s isolate server for 1s
at 1s partition other | server for 2s
at 1s partition one-of * -> server for 2s
at 2s reset client | server
at 2s half-open client -> server
at 2s refuse server for 1s
at 2s refuse client for 1s
at 2s stall server for 1s
at 3s crash server for 1s
at 3s crash other for 1s
at 3s pause client for 1s
at 3s jump server by 1s
at 3s ring for 1s
at 3s disk-full client for 1s
on dial to server #2 refuse
on write to server #2 cut inside
on rpc:Register #1 delay 1s
on rpc:Register from other #1 delay 1s
heal at 30s within 10s
`)
	_, skipped := fault.PlanFor(p, "client", "server")
	var got []string
	for _, s := range skipped {
		got = append(got, s.String())
	}
	want := []string{
		"seed 7: over real connections a seed repeats nothing",
		"link * -> * bandwidth=1MiB/s: a proxy does not measure bytes",
		"link * -> * loss=1%: a proxy sits above TCP, which has mended every loss",
		"link * -> * flip=1%: a proxy changes no bytes",
		"link client -> server: a proxy is the same in both directions, and this concerns one",
		"clock client: the clocks of real hosts are their own",
		"disk *: the disks of real hosts are their own",
		"at 1s partition one-of * -> server for 2s: a proxy sees two hosts and cannot draw among all",
		"at 2s half-open client -> server: a proxy cannot keep the end of a connection from its peer",
		"at 3s crash server for 1s: a proxy stands between hosts and does nothing to them",
		"at 3s pause client for 1s: a proxy stands between hosts and does nothing to them",
		"at 3s jump server by 1s: a proxy stands between hosts and does nothing to them",
		"at 3s ring for 1s: a proxy sees two hosts and knows no neighbours",
		"at 3s disk-full client for 1s: the disks of real hosts are their own",
		"on write to server #2 cut inside: what a real connection delivers at once is not what was written at once",
		"on rpc:Register #1 delay 1s: a proxy sees bytes and knows no messages",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// echoServer sends back what comes, on every connection.
func echoServer(ctx context.Context, rt api.Runtime, n api.Network, addr string) (net.Listener, error) {
	l, err := n.Listen(ctx, addr)
	if err != nil {
		return nil, err
	}
	rt.Go("accept", func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			rt.Go("echo", func() {
				defer c.Close()
				_, _ = io.Copy(c, c) // until the connection ends
			})
		}
	})
	return l, nil
}

// roundTrip sends a byte over a new connection and waits for it to come back.
func roundTrip(ctx context.Context, n api.Network, addr string) (net.Conn, error) {
	c, err := n.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	return c, exchange(c)
}

func exchange(c net.Conn) error {
	if _, err := c.Write([]byte{1}); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, 1))
	return err
}

// TestPlannedProxyInSimulation does each entry at its time.
func TestPlannedProxyInSimulation(t *testing.T) {
	p, skipped := fault.PlanFor(parsePlan(t, `at 1s partition client -> server for 2s
at 4s clog server -> client for 1s
at 6s reset client | server
at 7s refuse server for 1s
at 9s stall server for 1s
on dial #4 refuse
every 20s isolate server for 5s
`), "client", "server")
	if len(skipped) > 0 {
		t.Fatal(skipped)
	}
	w := memnet.New(memnet.Config{Faults: fault.Calm()})
	server, client := w.Host("server"), w.Host("client")
	server.Boot(func(ctx context.Context) error {
		_, err := echoServer(ctx, server.Runtime(), server.Network(), "server:7")
		return err
	})
	client.Boot(func(ctx context.Context) error {
		rt, began := client.Runtime(), client.Runtime().Now()
		proxy, err := fault.NewPlannedProxy(ctx, rt, client.Network(), p, "p", "client:0", "server:7")
		if err != nil {
			return err
		}
		addr := proxy.Addr().String()
		took := func(at time.Duration, f func() error) (time.Duration, error) {
			if err := api.Sleep(ctx, rt, at-rt.Now().Sub(began)); err != nil {
				return 0, err
			}
			err := f()
			return rt.Now().Sub(began), err
		}
		var c net.Conn
		dial := func() (err error) { c, err = roundTrip(ctx, client.Network(), addr); return err }
		same := func() error { return exchange(c) }
		for _, step := range []struct {
			at, least, most time.Duration
			do              func() error
			fails           bool
		}{
			{500 * time.Millisecond, 500 * time.Millisecond, 600 * time.Millisecond, dial, false},
			{1500 * time.Millisecond, 3 * time.Second, 3100 * time.Millisecond, same, false}, // partition
			{4500 * time.Millisecond, 5 * time.Second, 5100 * time.Millisecond, same, false}, // clog
			{5900 * time.Millisecond, 5900 * time.Millisecond, 6 * time.Second, same, false},
			{6100 * time.Millisecond, 6100 * time.Millisecond, 6200 * time.Millisecond, same, true}, // reset
			{7500 * time.Millisecond, 7500 * time.Millisecond, 7600 * time.Millisecond, dial, true}, // refuse
			{9500 * time.Millisecond, 10 * time.Second, 10100 * time.Millisecond, dial, false},      // stall: the second counted
			{11 * time.Second, 11 * time.Second, 11100 * time.Millisecond, dial, false},             // the third
			{12 * time.Second, 12 * time.Second, 12100 * time.Millisecond, dial, true},              // the fourth is refused
			{13 * time.Second, 13 * time.Second, 13100 * time.Millisecond, dial, false},             // the fifth
			{21 * time.Second, 25 * time.Second, 25100 * time.Millisecond, same, false},             // isolated
			{46 * time.Second, 50 * time.Second, 50100 * time.Millisecond, same, false},             // again: 20 s after the end
		} {
			at, err := took(step.at, step.do)
			if (err != nil) != step.fails || at < step.least || at > step.most {
				return fmt.Errorf("the step at %v was over at %v with %v", step.at, at, err)
			}
		}
		if counts := proxy.Counts(); counts[fault.Partition] != 3 || counts[fault.Clog] != 1 || counts[fault.Reset] != 1 || counts[fault.Refuse] != 2 || counts[fault.Stall] != 1 {
			return fmt.Errorf("counts %v", counts)
		}
		return proxy.Close(ctx)
	})
	if r := w.Run(nil); r.Verdict != memnet.Passed {
		t.Errorf("%v: %v", r.Verdict, r.Err)
	}
}

// TestPlannedProxyOverTCP: the same plan on real sockets.
func TestPlannedProxyOverTCP(t *testing.T) {
	rt, tcp := netty.NewRuntime(), netty.TCP(netty.TCPConfig{})
	l, err := echoServer(t.Context(), rt, tcp, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p, _ := fault.PlanFor(parsePlan(t, "on dial #2 refuse\non dial #3 delay 50ms\nat 0s partition client -> server for 100ms\n"), "client", "server")
	began := time.Now()
	proxy, err := fault.NewPlannedProxy(t.Context(), rt, tcp, p, "p", "127.0.0.1:0", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	addr := proxy.Addr().String()
	if _, err := roundTrip(t.Context(), tcp, addr); err != nil || time.Since(began) < 100*time.Millisecond {
		t.Errorf("through a partition: %v after %v", err, time.Since(began))
	}
	if _, err := roundTrip(t.Context(), tcp, addr); err == nil {
		t.Error("the second connection was not refused")
	}
	again := time.Now()
	if _, err := roundTrip(t.Context(), tcp, addr); err != nil || time.Since(again) < 50*time.Millisecond {
		t.Errorf("a delayed connection: %v after %v", err, time.Since(again))
	}
	if err := proxy.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}
