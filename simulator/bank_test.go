// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/api"
)

// bank is a scenario of one host where tasks add to one account. The careless one reads and writes in two critical
// sections, so that an update in between is lost.
func bank(deposit func(mu api.Mutex, balance *int)) func() Scenario {
	const deposits = 4
	return func() Scenario {
		balance := 0
		return Scenario{
			Name: "bank",
			Hosts: Hosts{"bank": func(ctx context.Context, n Node) error {
				mu, g := n.Runtime().NewMutex(), api.NewGroup(n.Runtime())
				for range deposits {
					g.Go("deposit", func() error {
						deposit(mu, &balance)
						return nil
					})
				}
				return g.Wait(ctx)
			}},
			Faults: Calm(),
			Checks: Checks{"no deposit is lost": func() error {
				if balance != deposits {
					return fmt.Errorf("balance %d after %d deposits", balance, deposits)
				}
				return nil
			}},
		}
	}
}

func carefulDeposit(mu api.Mutex, balance *int) {
	mu.Lock()
	*balance++
	mu.Unlock()
}

func carelessDeposit(mu api.Mutex, balance *int) {
	mu.Lock()
	was := *balance
	mu.Unlock()
	mu.Lock()
	*balance = was + 1
	mu.Unlock()
}

// ping is a scenario of a server that answers over plain connections until its context ends, and a client that asks it,
// dialling again whatever happens.
func ping(faults Profile, main ...string) Scenario {
	return Scenario{
		Name: "ping", Faults: faults, Main: main,
		Hosts: Hosts{"server": echo, "client": func(ctx context.Context, n Node) error {
			for round := 0; round < 20; {
				if err := pingOnce(ctx, n); err == nil {
					round++
				}
				if err := api.Sleep(ctx, n.Runtime(), 100*time.Millisecond); err != nil {
					return err
				}
			}
			return nil
		}},
	}
}

func echo(ctx context.Context, n Node) error {
	l, err := netOf(n).Listen(ctx, n.Name()+":9000")
	if err != nil {
		return err
	}
	defer l.Close()
	n.Runtime().Go("accept", func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			n.Runtime().Go("echo", func() {
				defer c.Close()
				b := make([]byte, 4)
				if _, err := c.Read(b[:1]); err == nil {
					c.Write(b[:1])
				}
			})
		}
	})
	for w := n.Runtime().NewWaiter(); ctx.Err() == nil; {
		w.Wait(ctx)
	}
	return ctx.Err()
}

func pingOnce(ctx context.Context, n Node) error {
	c, err := netOf(n).Dial(ctx, "server:9000")
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(n.Runtime().Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := c.Write([]byte{1}); err != nil {
		return err
	}
	_, err = c.Read(make([]byte, 1))
	return err
}

// netOf is the network under a Node, for tests below RpcEnv.
func netOf(n Node) api.Network { return n.(*memNode).host.Network() }
