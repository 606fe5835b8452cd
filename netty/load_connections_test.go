// SPDX-License-Identifier: Apache-2.0

//go:build unix

package netty_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// loaded is an env under load, and another with a client that must be served all the same.
type loaded struct {
	*testing.T
	env  api.RpcEnv
	good api.RpcEndpointRef
}

func load(t *testing.T, cfg netty.Config, endpoints map[string]api.RpcEndpoint) *loaded {
	t.Helper()
	cfg.Bind = "127.0.0.1:0"
	l := &loaded{T: t, env: newEnv(t, cfg)}
	for name, e := range endpoints {
		if _, err := l.env.SetupEndpoint(name, e); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.env.SetupEndpoint("echo", api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }))); err != nil {
		t.Fatal(err)
	}
	l.good = newEnv(t, netty.Config{}).EndpointRef(api.RpcEndpointAddress{Name: "echo", Address: l.env.Address()})
	l.served()
	return l
}

// served checks that the good client gets its answer.
func (l *loaded) served() {
	l.Helper()
	ctx, cancel := api.WithTimeout(l.Context(), l.env.Runtime(), 30*time.Second)
	defer cancel()
	if got, err := api.Ask[string](ctx, l.good, "still there?"); got != "still there?" || err != nil {
		l.Fatalf("a client beside the load: %q, %v", got, err)
	}
}

// openFiles is how many files the process may have open.
func openFiles(t *testing.T) int {
	t.Helper()
	var r syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r); err != nil {
		t.Fatal(err)
	}
	r.Cur = r.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &r); err != nil {
		t.Log(err)
	}
	return int(min(uint64(r.Cur), 1<<30)) //nolint:unconvert // signed on some systems
}

// TestLoadTenThousandConnections: each connection is answered, now and after all the others are there, and an idle one
// costs no buffers.
func TestLoadTenThousandConnections(t *testing.T) {
	l := load(t, netty.Config{}, nil)
	const want, most = 10_000, 8 << 10
	n := min(want, openFiles(t)-500)
	if n < want/10 {
		t.Fatalf("a process may have %d files open here: too few to see anything", openFiles(t))
	}
	if n < want {
		t.Logf("only %d connections: the limit of open files is %d", n, openFiles(t))
	}
	heap, rss := used(), resident()
	c, answered := newCrowd(t, n, l.env.Address().HostPort())
	if answered != n {
		t.Errorf("%d of %d were answered", answered, n)
	}
	l.served()
	perHeap, perRSS := (used()-heap)/int64(n), (resident()-rss)/int64(n)
	t.Logf("%d connections: %d bytes of heap and stack and %d of resident memory each", n, perHeap, perRSS)
	if max(perHeap, perRSS) > most*slack {
		t.Errorf("more than %d bytes", most*slack)
	}
	if answered := c.again(); answered != n {
		t.Errorf("%d of %d were answered again", answered, n)
	}
	c.leave()
	for l.env.Stats().OpenConnections > 1 {
		l.served()
	}
	l.served()
}

// TestLoadThousandEndpoints: each of a thousand endpoints answers for itself.
func TestLoadThousandEndpoints(t *testing.T) {
	const n, most = 1000, 8 << 10
	before := used()
	endpoints := map[string]api.RpcEndpoint{}
	for i := range n {
		name := fmt.Sprint("endpoint-", i)
		endpoints[name] = api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return name + m, nil }))
	}
	l := load(t, netty.Config{}, endpoints)
	client := newEnv(t, netty.Config{})
	answered := each(n, func(i int) error {
		name := fmt.Sprint("endpoint-", i)
		ref, err := client.Lookup(t.Context(), "spark://"+name+"@"+l.env.Address().HostPort())
		if err != nil {
			return err
		}
		got, err := api.Ask[string](t.Context(), ref, "!")
		if err == nil && got != name+"!" {
			err = fmt.Errorf("%s answered %q", name, got)
		}
		return err
	}, t.Output())
	if answered != n {
		t.Errorf("%d of %d endpoints answered", answered, n)
	}
	per := (used() - before) / n
	t.Logf("%d bytes of heap and stack for each endpoint, its client included", per)
	if per > most*slack {
		t.Errorf("more than %d bytes", most*slack)
	}
}
