// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// app is an application: its requests say by their first word what becomes of them.
type app struct {
	streams map[string]api.ManagedBuffer
	meta    func(m wire.MergedBlockMetaRequest, reply transport.MergedBlockMetaReply)

	mu       sync.Mutex // never held across a call on the seam
	oneWay   []string
	opened   []string // streams asked for
	uploaded map[string]string
	ended    []error // why connections ended
}

func (a *app) Receive(_ *transport.Client, body []byte, reply transport.RpcReply) {
	switch word, rest, _ := strings.Cut(string(body), "/"); word {
	case "hello":
		reply.Inline().Success([]byte("Hello, " + rest + "!"))
	case "return error":
		reply.Inline().Failure(errors.New("Returned: " + rest))
	case "throw error":
		panic("Thrown: " + rest)
	case "large":
		reply.Inline().Success(make([]byte, 1<<20))
	case "echo":
		reply.Inline().Success([]byte(rest))
	case "mute":
	}
}

func (a *app) ReceiveOneWay(_ *transport.Client, body []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.oneWay = append(a.oneWay, string(body))
}

func (a *app) ReceiveStream(_ *transport.Client, meta []byte) (transport.StreamConsumer, error) {
	switch string(meta) {
	case "null":
		return nil, nil
	case "refused":
		return nil, errors.New("not this one")
	}
	return &taker{app: a, name: string(meta)}, nil
}

func (a *app) Streams() transport.StreamManager { return a }
func (a *app) Active(*transport.Client)         {}
func (a *app) Inactive(_ *transport.Client, cause error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = append(a.ended, cause)
}

func (a *app) ReceiveMergedBlockMeta(_ *transport.Client, m wire.MergedBlockMetaRequest, reply transport.MergedBlockMetaReply) {
	a.meta(m, reply)
}

// GetChunk serves "stream_index" of the streams; a stream that has none of them fails.
func (a *app) GetChunk(stream int64, index int32) (api.ManagedBuffer, error) {
	if index >= 100 {
		return nil, errors.New("no chunks here")
	}
	return a.OpenStream(fmt.Sprintf("%d_%d", stream, index))
}

func (a *app) OpenStream(id string) (api.ManagedBuffer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.opened = append(a.opened, id)
	b := a.streams[id]
	if b != nil {
		b.Retain()
	}
	return b, nil
}

func (a *app) ConnectionTerminated(*transport.Client) {}

func (a *app) count(of func(a *app) int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return of(a)
}

// upload is what came as that upload.
func (a *app) upload(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.uploaded[name]
}

// taker takes an upload whose name says how it ends.
type taker struct {
	app  *app
	name string
	got  strings.Builder
}

func (k *taker) OnData(p []byte) error {
	if k.name == "fail-data" {
		return errors.New("failed on data")
	}
	k.got.Write(p)
	return nil
}

func (k *taker) OnComplete() ([]byte, error) {
	if k.name == "fail-complete" {
		return nil, errors.New("failed on complete")
	}
	k.app.mu.Lock()
	defer k.app.mu.Unlock()
	if k.app.uploaded == nil {
		k.app.uploaded = map[string]string{}
	}
	k.app.uploaded[k.name] = k.got.String()
	return nil, nil
}

func (k *taker) OnFailure(error) {}
