// SPDX-License-Identifier: Apache-2.0

package fault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

// simulatedProxy echoes messages through a proxy in a simulated world and returns what came of it, and how many
// connections were needed.
func simulatedProxy(seed uint64, p fault.Profile) (memnet.Result, fault.Counts, int) {
	w := memnet.New(memnet.Config{Seed: seed})
	server, client := w.Host("server"), w.Host("client")
	server.Boot(func(ctx context.Context) error {
		l, err := server.Network().Listen(ctx, "server:7")
		if err != nil {
			return err
		}
		server.Runtime().Go("accept", func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				server.Runtime().Go("echo", func() {
					io.Copy(c, c)
					c.Close()
				})
			}
		})
		return nil
	})
	var counts fault.Counts
	dials := 0
	client.Boot(func(ctx context.Context) error {
		n := fault.NewNetwork(client.Runtime(), client.Network(), p, "client")
		n.ListenAddr = "client:0"
		var err error
		dials, err = echoes(ctx, client.Runtime(), n)
		counts = n.Counts()
		// A task has its last steps after it has told its group: time passes when all are done.
		return errors.Join(err, n.Close(ctx), api.Sleep(ctx, client.Runtime(), time.Second))
	})
	return w.Run(nil), counts, dials
}

// messages is how many an exchange has.
const messages = 100

// echoes sends messages until each has come back whole, over a new connection after each cut.
func echoes(ctx context.Context, rt api.Runtime, n *fault.ProxyNetwork) (dials int, err error) {
	rng := rand.New(rand.NewPCG(3, 4))
	for done := 0; done < messages; {
		c, err := n.Dial(ctx, "server:7")
		dials++
		if errors.Is(err, fault.ErrRefused) {
			continue
		}
		if err != nil && done == 0 { // the server has not started
			dials--
			if err := api.Sleep(ctx, rt, time.Millisecond); err != nil {
				return dials, err
			}
			continue
		}
		if err != nil {
			return dials, err
		}
		for ; done < messages; done++ {
			sent := make([]byte, 1+rng.IntN(5000))
			for i := range sent {
				sent[i] = byte(done + i)
			}
			got := make([]byte, len(sent))
			if second(c.Write(sent)) != nil {
				break
			}
			read, err := io.ReadFull(c, got)
			if !bytes.Equal(got[:read], sent[:read]) {
				return dials, fmt.Errorf("message %d came back as other bytes", done)
			}
			if err != nil {
				break
			}
		}
		c.Close()
	}
	return dials, nil
}

// The proxy is code over the seam: it runs in a simulated world, and one seed gives one run.
func TestProxyInSimulation(t *testing.T) {
	p := fault.Hostile()
	p.ResetPPM, p.RefusePPM = 20_000, 200_000
	all := fault.Counts{}
	for seed := range uint64(10) {
		r, c, dials := simulatedProxy(seed, p)
		if r.Verdict != memnet.Passed {
			t.Fatalf("seed %d: %v: %v, pending %v", seed, r.Verdict, r.Err, r.Pending)
		}
		for _, task := range r.Pending {
			if strings.HasPrefix(task.Name, "proxy") {
				t.Errorf("seed %d: left behind: %v", seed, task)
			}
		}
		if again, _, _ := simulatedProxy(seed, p); again.Hash != r.Hash {
			t.Errorf("seed %d: hashes %x and %x", seed, r.Hash, again.Hash)
		}
		if cut := int(c[fault.Reset] + c[fault.Refuse]); dials-1 > cut {
			t.Errorf("seed %d: %d connections after %d cuts and refusals", seed, dials, cut)
		}
		all.Add(c)
	}
	for _, k := range []fault.Kind{fault.Delay, fault.Split, fault.Reset, fault.Refuse, fault.Partition} {
		if all[k] == 0 {
			t.Errorf("no %s in any run: %v", k, all)
		}
	}
}
