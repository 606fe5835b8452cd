// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

func mailboxBroken() simulator.Scenario { return mailboxes((*mailbox).take) }
func mailboxRight() simulator.Scenario  { return mailboxes((*mailbox).takeSafely) }

// mailboxes is a host on which one task takes a letter each second, and another brings one at the same time.
func mailboxes(take func(b *mailbox, ctx context.Context) (letter, error)) simulator.Scenario {
	const letters = 5
	home := func(ctx context.Context, n simulator.Node) error {
		env, err := n.RpcEnv(api.RpcEnvConfig{})
		if err != nil {
			return err
		}
		b, tasks := newMailbox(n.Runtime()), api.NewGroup(n.Runtime())
		ref, err := env.SetupEndpoint("mailbox", b.endpoint())
		if err != nil {
			return err
		}
		eachSecond := func(name string, f func(i int) error) {
			tasks.Go(name, func() error {
				for i := range letters {
					if err := api.Sleep(ctx, n.Runtime(), patience); err != nil {
						return err
					}
					if err := f(i); err != nil {
						return err
					}
				}
				return nil
			})
		}
		eachSecond("read", func(int) error { _, err := take(b, ctx); return err })
		eachSecond("write", func(i int) error {
			_, err := api.Ask[bool](ctx, ref, letter{fmt.Sprint("letter ", i)})
			return err
		})
		return tasks.Wait(ctx)
	}
	return simulator.Scenario{Name: "lost wake-up", Hosts: simulator.Hosts{"home": home}, Safe: []string{"home"}}
}
