// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/endtest"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// echo answers "fail…" with a failure, "mute…" never, and everything else with itself. Its streams are named by size.
type echo struct {
	mu      sync.Mutex
	uploads map[string][]byte
	oneWay  chan string
}

func newEcho() *echo { return &echo{uploads: map[string][]byte{}, oneWay: make(chan string, 16)} }

func (*echo) Receive(_ *transport.Client, body []byte, reply transport.RpcReply) {
	switch {
	case bytes.HasPrefix(body, []byte("fail")):
		reply.Inline().Failure(errors.New(string(body)))
	case !bytes.HasPrefix(body, []byte("mute")):
		reply.Inline().Success(bytes.Clone(body))
	}
}
func (e *echo) ReceiveOneWay(_ *transport.Client, body []byte) { e.oneWay <- string(body) }
func (e *echo) ReceiveStream(_ *transport.Client, meta []byte) (transport.StreamConsumer, error) {
	if string(meta) == "refused" {
		return nil, errors.New("not this one")
	}
	return &consumer{e: e, name: string(meta)}, nil
}
func (*echo) Streams() transport.StreamManager          { return sized{} }
func (*echo) Active(*transport.Client)                  {}
func (*echo) Inactive(c *transport.Client, cause error) {}

type consumer struct {
	e    *echo
	name string
	got  []byte
}

func (c *consumer) OnData(p []byte) error {
	if c.name == "bad data" {
		return errors.New("disk full")
	}
	c.got = append(c.got, p...)
	return nil
}

func (c *consumer) OnComplete() ([]byte, error) {
	if c.name == "bad end" {
		return nil, errors.New("no rename")
	}
	c.e.mu.Lock()
	defer c.e.mu.Unlock()
	c.e.uploads[c.name] = c.got
	return []byte("stored"), nil
}
func (c *consumer) OnFailure(error) {}

type sized struct{}

func (sized) GetChunk(stream int64, index int32) (api.ManagedBuffer, error) {
	if index == 1 {
		return nil, errors.New("chunk 1 is bad")
	}
	return api.NewBytesBuffer(pattern(int(stream))), nil
}

func (sized) OpenStream(id string) (api.ManagedBuffer, error) {
	var n int
	if _, err := fmt.Sscanf(id, "%d", &n); err != nil {
		return nil, nil //nolint:nilerr // not found
	}
	return api.NewBytesBuffer(pattern(n)), nil
}
func (sized) ConnectionTerminated(*transport.Client) {}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}

func newServer(t *testing.T, h transport.RpcHandler, cfg transport.Config, boots ...transport.ServerBootstrap) *transport.Server {
	t.Helper()
	s, err := transport.NewServer(t.Context(), netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), "127.0.0.1:0", cfg, h, boots...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endtest.Must(t.Context(), t, netty.NewRuntime(), s.Close) })
	return s
}

func newFactory(t *testing.T, cfg transport.Config, boots ...transport.ClientBootstrap) *transport.ClientFactory {
	t.Helper()
	f := transport.NewClientFactory(netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), cfg, newEcho(), boots...)
	t.Cleanup(func() { endtest.Must(t.Context(), t, netty.NewRuntime(), f.Close) })
	return f
}

func connect(t *testing.T, f *transport.ClientFactory, s *transport.Server) *transport.Client {
	t.Helper()
	c, err := f.Client(t.Context(), s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answer collects one outcome of any callback.
type answer struct {
	data bytes.Buffer
	end  chan error
}

func newAnswer() *answer { return &answer{end: make(chan error, 4)} }

type rpcAnswer struct{ *answer }

func (a rpcAnswer) OnSuccess(b []byte) { a.data.Write(b); a.end <- nil }
func (a rpcAnswer) OnFailure(e error)  { a.end <- e }

type chunkAnswer struct{ *answer }

func (a chunkAnswer) OnSuccess(_ int32, d api.ManagedBuffer) {
	b, err := d.Bytes()
	a.data.Write(b)
	a.end <- err
}
func (a chunkAnswer) OnFailure(_ int32, e error) { a.end <- e }

type streamAnswer struct{ *answer }

func (a streamAnswer) OnData(p []byte) error { a.data.Write(p); return nil }
func (a streamAnswer) OnComplete()           { a.end <- nil }
func (a streamAnswer) OnFailure(e error)     { a.end <- e }

func (a *answer) wait(t *testing.T) (string, error) {
	t.Helper()
	select {
	case err := <-a.end:
		return a.data.String(), err
	case <-time.After(30 * time.Second):
		t.Fatal("no answer")
		return "", nil
	}
}

func ask(t *testing.T, c *transport.Client, body string) (string, error) {
	t.Helper()
	a := newAnswer()
	if _, err := c.SendRpc(t.Context(), []byte(body), rpcAnswer{a}); err != nil {
		return "", err
	}
	return a.wait(t)
}

func TestRequestsOfEveryKind(t *testing.T) {
	h := newEcho()
	s := newServer(t, h, transport.Config{})
	c := connect(t, newFactory(t, transport.Config{}), s)
	for _, body := range []string{"", "hi", string(pattern(40 << 10)), string(pattern(3 << 20))} {
		if got, err := ask(t, c, body); got != body || err != nil {
			t.Errorf("%d bytes: got %d, %v", len(body), len(got), err)
		}
	}
	var remote *transport.RemoteFailure
	if _, err := ask(t, c, "fail on purpose"); !errors.As(err, &remote) {
		t.Errorf("failure: %v", err)
	}
	if err := c.Send(t.Context(), []byte("one way")); err != nil || <-h.oneWay != "one way" {
		t.Error("one way:", err)
	}
	for _, n := range []int{0, 5, 100_000, 3 << 20} {
		chunk, stream := newAnswer(), newAnswer()
		c.FetchChunk(t.Context(), int64(n), 0, chunkAnswer{chunk})
		c.Stream(t.Context(), fmt.Sprint(n), streamAnswer{stream})
		for kind, a := range map[string]*answer{"chunk": chunk, "stream": stream} {
			if got, err := a.wait(t); got != string(pattern(n)) || err != nil {
				t.Errorf("%s of %d bytes: got %d, %v", kind, n, len(got), err)
			}
		}
	}
	chunk, stream := newAnswer(), newAnswer()
	c.FetchChunk(t.Context(), 9, 1, chunkAnswer{chunk})
	c.Stream(t.Context(), "none", streamAnswer{stream})
	if _, err := chunk.wait(t); !errors.As(err, &remote) || remote.Text != "go.errors.errorString: chunk 1 is bad" {
		t.Errorf("bad chunk: %v", err)
	}
	if _, err := stream.wait(t); !errors.As(err, &remote) || remote.Text != "Stream 'none' was not found." {
		t.Errorf("missing stream: %v", err)
	}
	if n := c.Outstanding(); n != 0 {
		t.Errorf("%d requests outstanding", n)
	}
}

// TestHostileBytes: what cannot be framed or parsed closes that connection without a word, and no other.
func TestHostileBytes(t *testing.T) {
	s := newServer(t, newEcho(), transport.Config{MaxPayload: 1 << 20})
	good := connect(t, newFactory(t, transport.Config{}), s)
	for name, sent := range map[string]string{
		"length of zero":       "\x00\x00\x00\x00\x00\x00\x00\x00",
		"length of 7":          "\x00\x00\x00\x00\x00\x00\x00\x07",
		"empty frame":          "\x00\x00\x00\x00\x00\x00\x00\x08",
		"negative length":      "\xff\xff\xff\xff\xff\xff\xff\xff",
		"above the wire's":     "\x00\x00\x00\x00\x80\x00\x00\x07",
		"2^62":                 "\x40\x00\x00\x00\x00\x00\x00\x00",
		"large, of no use":     "\x00\x00\x00\x00\x00\x10\x00\x09\x0d0123456789ab",
		"unknown type":         "\x00\x00\x00\x00\x00\x00\x00\x09\x0d",
		"user type":            "\x00\x00\x00\x00\x00\x00\x00\x09\xff",
		"header cut short":     "\x00\x00\x00\x00\x00\x00\x00\x0a\x03\x00",
		"unasked stream bytes": "\x00\x00\x00\x00\x00\x00\x00\x18\x07\x00\x00\x00\x031_0\x00\x00\x00\x00\x00\x00\x00\x04",
	} {
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, sent); err != nil {
			t.Fatal(name, err)
		}
		conn.SetReadDeadline(time.Now().Add(30 * time.Second)) // a read would tell
		if got, err := io.ReadAll(conn); len(got) != 0 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: answered %q, %v", name, got, err)
		}
		conn.Close() // done
	}
	if got, err := ask(t, good, "still here"); got != "still here" || err != nil {
		t.Errorf("the other connection: %q, %v", got, err)
	}
}
