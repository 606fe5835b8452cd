// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// echoHandler answers a request with its body.
type echoHandler struct{}

var _ transport.RpcHandler = echoHandler{}

func (echoHandler) Receive(_ *transport.Client, body []byte, reply transport.RpcReply) {
	reply.Inline().Success(bytes.Clone(body))
}
func (echoHandler) ReceiveOneWay(*transport.Client, []byte) {}
func (echoHandler) ReceiveStream(*transport.Client, []byte) (transport.StreamConsumer, error) {
	return nil, errors.New("no uploads here")
}
func (echoHandler) Streams() transport.StreamManager  { return noStreams{} }
func (echoHandler) Active(*transport.Client)          {}
func (echoHandler) Inactive(*transport.Client, error) {}

type noStreams struct{}

func (noStreams) GetChunk(int64, int32) (api.ManagedBuffer, error) { return nil, nil }
func (noStreams) OpenStream(string) (api.ManagedBuffer, error)     { return nil, nil }
func (noStreams) ConnectionTerminated(*transport.Client)           {}

// serveRequests starts a transport server and returns its address.
func serveRequests() (string, error) {
	s, err := transport.NewServer(context.Background(), netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), "127.0.0.1:0", transport.Config{}, echoHandler{})
	if err != nil {
		return "", err
	}
	return s.Addr(), nil
}

func connect(address string) (*transport.Client, error) {
	f := transport.NewClientFactory(netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), transport.Config{}, echoHandler{})
	return f.Client(context.Background(), address)
}

// caller is a goroutine that waits for the answer to its request.
type caller chan error

func (c caller) OnSuccess(body []byte) { c <- rightSize(body) }
func (c caller) OnFailure(cause error) { c <- cause }

func rightSize(body []byte) error {
	if len(body) != messageSize {
		return fmt.Errorf("an answer of %d bytes", len(body))
	}
	return nil
}

// requestAndWait has goroutines send requests and wait for the answers.
func requestAndWait(address string, l *load) error {
	c, err := connect(address)
	if err != nil {
		return err
	}
	body := make([]byte, messageSize)
	return l.callers(func() func() error {
		answer := make(caller, 1)
		return func() error {
			if _, err := c.SendRpc(context.Background(), body, answer); err != nil {
				return err
			}
			return <-answer
		}
	})
}

// chain sends the next request from the callback of the last.
type chain struct {
	*slot
	client *transport.Client
	body   []byte
}

func (c *chain) send() {
	if _, err := c.client.SendRpc(context.Background(), c.body, c); err != nil {
		c.done(err)
	}
}

func (c *chain) OnSuccess(body []byte) {
	c.done(rightSize(body))
	c.begin()
	c.send()
}

func (c *chain) OnFailure(cause error) { c.done(cause) }

// requestByCallback sends each next request from the callback of the last, as Spark's side does.
func requestByCallback(address string, l *load) error {
	client, err := connect(address)
	if err != nil {
		return err
	}
	body := make([]byte, messageSize)
	return l.callbacks(func(s *slot) { (&chain{slot: s, client: client, body: body}).send() })
}
