// SPDX-License-Identifier: Apache-2.0

package memnet_test

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

// A server and a client on two hosts, and a partition between them that heals after a minute: nothing is lost, and no
// real time passes.
func Example() {
	w := memnet.New(memnet.Config{Seed: 42, Faults: fault.Calm()})
	server, client := w.Host("server"), w.Host("client")

	server.Boot(func(ctx context.Context) error {
		l, err := server.Network().Listen(ctx, "server:7077")
		if err != nil {
			return err
		}
		c, err := l.Accept()
		if err != nil {
			return err
		}
		got, err := io.ReadAll(c)
		fmt.Printf("server reads %q\n", got)
		return err
	})
	client.Boot(func(ctx context.Context) error {
		c, err := client.Network().Dial(ctx, "server:7077")
		if err != nil {
			return err
		}
		w.Partition(client, server)
		client.Runtime().AfterFunc(10*time.Second, func() { w.Heal(client, server) })
		if _, err := c.Write([]byte("still there?")); err != nil {
			return err
		}
		return c.Close()
	})

	r := w.Run(func(ctx context.Context) error { return api.Sleep(ctx, w.Runtime(), time.Minute) })
	fmt.Println(r.Verdict, r.Virtual.Round(time.Second), r.Faults)
	// Output:
	// server reads "still there?"
	// passed 1m0s map[partition:1]
}
