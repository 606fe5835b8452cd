// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// messageSize is how much a request carries, and its answer, in bytes.
const messageSize = 64

// block is a message that encodes itself.
type block struct{ data [messageSize]byte }

func (b block) AppendBinary(dst []byte) ([]byte, error) { return append(dst, b.data[:]...), nil }

func (b *block) UnmarshalBinary(p []byte) error {
	if copy(b.data[:], p) != messageSize {
		return fmt.Errorf("block of %d bytes", len(p))
	}
	return nil
}

// serveAsks starts an RpcEnv with the endpoint "echo" and returns its address.
func serveAsks() (string, error) {
	env, err := netty.NewRpcEnv(netty.Config{Bind: "127.0.0.1:0"})
	if err != nil {
		return "", err
	}
	_, err = env.SetupEndpoint("echo", api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m []byte) ([]byte, error) { return m, nil }),
		api.OnAsk(func(_ api.RpcCallContext, m block) (block, error) { return m, nil }),
	))
	return env.Address().HostPort(), err
}

func echo(address string) (api.RpcEndpointRef, error) {
	env, err := netty.NewRpcEnv(netty.Config{})
	if err != nil {
		return api.RpcEndpointRef{}, err
	}
	return env.Lookup(context.Background(), "spark://echo@"+address)
}

// askBytes asks with a []byte, which the default serializer encodes.
func askBytes(address string, l *load) error {
	ref, err := echo(address)
	if err != nil {
		return err
	}
	m := make([]byte, messageSize)
	return l.callers(func() func() error {
		return func() error {
			got, err := api.Ask[[]byte](context.Background(), ref, m)
			if err == nil && len(got) != len(m) {
				err = fmt.Errorf("a reply of %d bytes", len(got))
			}
			return err
		}
	})
}

// askBlocks asks with a message that encodes itself.
func askBlocks(address string, l *load) error {
	ref, err := echo(address)
	if err != nil {
		return err
	}
	return l.callers(func() func() error {
		return func() error {
			_, err := api.Ask[block](context.Background(), ref, block{})
			return err
		}
	})
}
