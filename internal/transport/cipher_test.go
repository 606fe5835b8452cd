// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// rot is a cipher that a wrong position in the stream would show: each byte is shifted by its offset.
type rot struct{ out, in byte }

func (r *rot) Seal(dst, plain []byte) []byte {
	for _, b := range plain {
		r.out++
		dst = append(dst, b+r.out)
	}
	return dst
}

func (r *rot) Open(dst, sealed []byte) ([]byte, error) {
	for _, b := range sealed {
		r.in++
		dst = append(dst, b-r.in)
	}
	return dst, nil
}

// gate serves nothing but the handshake "let me in", after which everything is encrypted and goes to the application.
type gate struct {
	transport.RpcHandler
	open bool
}

func (g *gate) Receive(c *transport.Client, body []byte, reply transport.RpcReply) {
	if g.open {
		g.RpcHandler.Receive(c, body, reply)
		return
	}
	if string(body) != "let me in" {
		reply.Inline().Failure(errors.New("who are you"))
		return
	}
	reply.Inline().Success([]byte("come in"))
	g.open = true
	if err := c.InstallCipher(&rot{}); err != nil {
		panic(err)
	}
}

func (g *gate) ReceiveMergedBlockMeta(c *transport.Client, m wire.MergedBlockMetaRequest, reply transport.MergedBlockMetaReply) {
	g.RpcHandler.(transport.MergedBlockMetaHandler).ReceiveMergedBlockMeta(c, m, reply)
}

type gateKeeper struct{}

func (gateKeeper) Bootstrap(_ *transport.Client, application transport.RpcHandler) transport.RpcHandler {
	return &gate{RpcHandler: application}
}

// knock is the client's side of the handshake.
type knock struct{}

func (knock) Bootstrap(ctx context.Context, c *transport.Client) error {
	end := make(chan error, 1)
	if _, err := c.SendRpc(ctx, []byte("let me in"), knocked{c, end}); err != nil {
		return err
	}
	return <-end
}

type knocked struct {
	c   *transport.Client
	end chan error
}

func (k knocked) OnSuccess([]byte)  { k.end <- k.c.InstallCipher(&rot{}) }
func (k knocked) OnFailure(e error) { k.end <- e }

// TestCipherInMidConnection: a handshake switches both directions to a cipher between two messages, with bytes of every
// kind behind it.
func TestCipherInMidConnection(t *testing.T) {
	s := newServer(t, newEcho(), transport.Config{}, gateKeeper{})
	stranger := connect(t, newFactory(t, transport.Config{}), s)
	if _, err := ask(t, stranger, "hello"); err == nil {
		t.Error("served before the handshake")
	}
	c := connect(t, newFactory(t, transport.Config{}, knock{}), s)
	for _, n := range []int{0, 5, 100_000, 2 << 20} {
		if got, err := ask(t, c, string(pattern(n))); got != string(pattern(n)) || err != nil {
			t.Errorf("%d bytes: got %d, %v", n, len(got), err)
		}
		a := newAnswer()
		c.FetchChunk(t.Context(), int64(n), 0, chunkAnswer{a})
		if got, err := a.wait(t); !bytes.Equal([]byte(got), pattern(n)) || err != nil {
			t.Errorf("chunk of %d bytes: got %d, %v", n, len(got), err)
		}
	}
	if _, err := c.UploadStream(t.Context(), []byte("up"), api.NewBytesBuffer(pattern(70_000)), rpcAnswer{newAnswer()}); err != nil {
		t.Error(err)
	}
}
