// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// TestOurClientSparkServer calls Spark's TransportServer with our client.
func TestOurClientSparkServer(t *testing.T) {
	file := patternFile(t)
	address := await(t, startJVM(t, "transport-server", file), "ready")
	f := transport.NewClientFactory(netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), transport.Config{}, answering{})
	t.Cleanup(func() {
		if err := f.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	calls := caller{t: t, factory: f, address: address, file: file}
	for _, test := range []struct {
		name string
		run  func(caller)
	}{
		{"requests", caller.requests}, {"failures", caller.failures}, {"one-way messages", caller.oneWays},
		{"the other direction", caller.callBack}, {"chunks", caller.chunks}, {"streams", caller.streams},
		{"uploads", caller.uploads}, {"failed uploads, the last of which closes the connection", caller.failedUploads},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := calls
			c.t = t
			test.run(c)
		})
	}
}

// caller calls a server over the connection of a pool.
type caller struct {
	t       *testing.T
	factory *transport.ClientFactory
	address string
	file    string
}

func (c caller) client() *transport.Client {
	c.t.Helper()
	client, err := c.factory.Client(c.t.Context(), c.address)
	if err != nil {
		c.t.Fatal(err)
	}
	return client
}

func (c caller) ask(body []byte) *outcome {
	c.t.Helper()
	o := newOutcome()
	if _, err := c.client().SendRpc(c.t.Context(), body, rpcOutcome{o}); err != nil {
		c.t.Fatal(err)
	}
	return o
}

func (c caller) equal(what string, got, want []byte) {
	c.t.Helper()
	if !bytes.Equal(got, want) {
		c.t.Errorf("%s: got %s, want %s", what, sum(got), sum(want))
	}
}

func (c caller) holds(what, text, part string) {
	c.t.Helper()
	if !strings.Contains(text, part) {
		c.t.Errorf("%s: got %q, want a text with %q", what, text, part)
	}
}

func (c caller) requests() {
	for _, size := range []int{0, 2, 40 << 10, 3 << 20} {
		c.equal("rpc", c.ask(pattern(size)).bytes(c.t), pattern(size))
	}
	var all []*outcome
	for i := range 256 {
		all = append(all, c.ask(fmt.Appendf(nil, "number %d", i)))
	}
	for i, o := range all {
		c.equal("rpc", o.bytes(c.t), fmt.Appendf(nil, "number %d", i))
	}
}

func (c caller) failures() {
	c.holds("fail", c.ask([]byte("fail")).failure(c.t), "java.lang.IllegalStateException: failed on purpose")
	c.holds("throw", c.ask([]byte("throw")).failure(c.t), "java.lang.IllegalArgumentException: thrown on purpose")
}

func (c caller) oneWays() {
	for _, text := range []string{"one", "two"} {
		if err := c.client().Send(c.t.Context(), []byte(text)); err != nil {
			c.t.Fatal(err)
		}
	}
	c.equal("one-way messages", c.ask([]byte("one-ways")).bytes(c.t), []byte("one;two;"))
}

func (c caller) callBack() {
	c.equal("answer", c.ask([]byte("call back")).bytes(c.t), []byte("Go"))
}

// open has the server open a stream of chunks and returns its id.
func (c caller) open() int64 {
	c.t.Helper()
	b := c.ask([]byte("open")).bytes(c.t)
	if len(b) != 8 {
		c.t.Fatalf("stream id of %d bytes", len(b))
	}
	return int64(binary.BigEndian.Uint64(b))
}

func (c caller) chunk(stream int64, index int32) *outcome {
	o := newOutcome()
	c.client().FetchChunk(c.t.Context(), stream, index, chunkOutcome{o})
	return o
}

func (c caller) chunks() {
	stream := c.open()
	var all []*outcome
	for i := range int32(4) {
		all = append(all, c.chunk(stream, i))
	}
	for i, want := range [][]byte{pattern(10), nil, pattern(300_000), pattern(201_000)[1000:]} {
		c.equal(fmt.Sprint("chunk ", i), all[i].bytes(c.t), want)
	}
	stream = c.open()
	c.holds("chunk out of order", c.chunk(stream, 2).failure(c.t), "Received out-of-order chunk index 2 (expected 0)")
	c.equal("chunk in order", c.chunk(stream, 0).bytes(c.t), pattern(10))
}

func (c caller) stream(id string) *outcome {
	o := newOutcome()
	c.client().Stream(c.t.Context(), id, streamOutcome{o})
	return o
}

func (c caller) streams() {
	sizes := []int{5, 0, 3 << 20, 1}
	var all []*outcome
	for _, size := range sizes {
		all = append(all, c.stream(fmt.Sprint("sized-", size)))
	}
	between := c.ask([]byte("between"))
	for i, size := range sizes {
		c.equal("stream", all[i].bytes(c.t), pattern(size))
	}
	c.equal("rpc", between.bytes(c.t), []byte("between"))
	c.equal("stream of a file", c.stream("file").bytes(c.t), pattern(fileSize))
	c.equal("stream of a chunk", c.stream(fmt.Sprintf("%d_0", c.open())).bytes(c.t), pattern(10))
	c.holds("missing stream", c.stream("missing").failure(c.t), "Stream 'missing' was not found.")
}

func (c caller) upload(name string, data api.ManagedBuffer) *outcome {
	c.t.Helper()
	o := newOutcome()
	if _, err := c.client().UploadStream(c.t.Context(), []byte(name), data, rpcOutcome{o}); err != nil {
		c.t.Fatal(err)
	}
	return o
}

func (c caller) uploads() {
	for _, size := range []int{0, 10, 3 << 20} {
		got := c.upload("up", api.NewBytesBuffer(pattern(size))).bytes(c.t)
		c.equal("upload", got, []byte("up "+sum(pattern(size))))
	}
	got := c.upload("up", api.NewFileSegment(netty.OSFiles(), c.file, 1000, 200_000)).bytes(c.t)
	c.equal("upload of a file segment", got, []byte("up "+sum(pattern(201_000)[1000:])))
}

func (c caller) failedUploads() {
	before := c.client()
	c.holds("bad end", c.upload("bad end", api.NewBytesBuffer(pattern(10))).failure(c.t), "no rename")
	c.equal("after a bad end", c.ask([]byte("on")).bytes(c.t), []byte("on"))
	if !before.IsActive() {
		c.t.Error("a failure at an upload's end closed the connection")
	}
	c.holds("refused", c.upload("refused", api.NewBytesBuffer(pattern(10))).failure(c.t), "java.lang.SecurityException: not this one")
}

// answering says who it is.
type answering struct{}

var _ transport.RpcHandler = answering{}

func (answering) Receive(_ *transport.Client, body []byte, reply transport.RpcReply) {
	if string(body) != "who" {
		reply.Inline().Failure(fmt.Errorf("unexpected %q", body))
		return
	}
	reply.Inline().Success([]byte("Go"))
}
func (answering) ReceiveOneWay(*transport.Client, []byte) {}
func (answering) ReceiveStream(*transport.Client, []byte) (transport.StreamConsumer, error) {
	return nil, errors.New("no uploads here")
}
func (answering) Streams() transport.StreamManager  { return namedStreams{} }
func (answering) Active(*transport.Client)          {}
func (answering) Inactive(*transport.Client, error) {}
