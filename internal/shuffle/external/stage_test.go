// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
	"github.com/twinwire/twinwire/memnet"
	"github.com/twinwire/twinwire/netty"
)

// stage is a service with one executor on its host and a client elsewhere, run as task code.
type stage struct {
	*testing.T
	ctx      context.Context
	rt       api.Runtime
	network  api.Network // of the client
	there    api.Network // of the service
	bind     string
	files    api.Files
	store    *shuffle.Store // writes what the service reads
	registry *shuffle.Registry
	service  *external.Service
	client   *transport.Client
	closers  []func(ctx context.Context) error
}

// Where the executor keeps its files, and how deep.
const (
	appID, execID = "app-1", "exec-2"
	subDirs       = 5
)

// inWorlds runs body on the machine and in three simulations.
func inWorlds(t *testing.T, cfg external.Config, body func(t *stage)) {
	t.Helper()
	t.Run("netty", func(t *testing.T) {
		root, err := netty.OpenRoot(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		tcp := netty.TCP(netty.TCPConfig{})
		s := &stage{T: t, ctx: t.Context(), rt: netty.NewRuntime(), bind: "127.0.0.1:0", files: root, network: tcp, there: tcp}
		s.play(cfg, body)
	})
	t.Run("memnet", func(t *testing.T) {
		for seed := range uint64(3) {
			w := memnet.New(memnet.Config{Seed: seed})
			near, far := w.Host("near"), w.Host("far")
			r := w.Run(func(ctx context.Context) error {
				s := &stage{T: t, ctx: ctx, rt: near.Runtime(), network: near.Network(), there: far.Network(), bind: "far:0", files: near.Files()}
				s.play(cfg, body)
				return nil
			})
			if r.Verdict != memnet.Passed {
				t.Errorf("seed %d: %v: %v, pending %v", seed, r.Verdict, r.Err, r.Pending)
			}
		}
	})
}

// play starts the service with its executor, runs body and closes everything.
func (t *stage) play(cfg external.Config, body func(t *stage)) {
	t.Helper()
	t.store = shuffle.NewStore(t.rt, shuffle.StoreConfig{})
	t.start(cfg)
	t.register(execID)
	body(t)
	for _, closer := range slices.Backward(t.closers) {
		if err := closer(context.WithoutCancel(t.ctx)); err != nil {
			t.Error("close:", err)
		}
	}
}

func (t *stage) start(cfg external.Config) {
	t.Helper()
	var err error
	t.registry, err = shuffle.OpenRegistry(t.rt, shuffle.RegistryConfig{Roots: shuffle.Roots{{Names: []string{"/data"}, Files: t.files}}})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Bind, cfg.Network, cfg.Registry = t.bind, t.there, t.registry
	if t.service, err = external.NewService(t.rt, cfg); err != nil {
		t.Fatal(err)
	}
	t.closers = append(t.closers, t.service.Close)
	clients := transport.NewClientFactory(t.rt, t.network, transport.Config{}, noRequests{})
	t.closers = append(t.closers, clients.Close)
	if t.client, err = clients.Client(t.ctx, t.service.Address().HostPort()); err != nil {
		t.Fatal(err)
	}
}

func localDirs(exec string) []string { return []string{"/data/" + exec + "/a", "/data/" + exec + "/b"} }

// dirs are the local directories of an executor, as its own process finds them.
func (t *stage) dirs(exec string) shuffle.Dirs {
	d := shuffle.Dirs{SubDirs: subDirs}
	for _, dir := range localDirs(exec) {
		d.Local = append(d.Local, shuffle.Dir{Files: t.files, Name: strings.TrimPrefix(dir, "/data/"), Path: dir})
	}
	return d
}

func (t *stage) register(exec string) {
	t.Helper()
	m := blockwire.RegisterExecutor{AppID: appID, ExecID: exec, LocalDirs: localDirs(exec), SubDirsPerLocalDir: subDirs, ShuffleManager: "org.apache.spark.shuffle.sort.SortShuffleManager"}
	if body, err := t.ask(m); err != nil || len(body) > 0 {
		t.Fatalf("register: %q, %v", body, err)
	}
}

// write makes the output of map 0 of a shuffle, one block a reducer.
func (t *stage) write(shuffleID int32, blocks ...string) {
	t.Helper()
	t.writeOutput(t.dirs(execID), shuffle.MapOutput{Shuffle: shuffleID}, blocks...)
}

// writeOutput makes an output, one block a reducer.
func (t *stage) writeOutput(dirs shuffle.Dirs, m shuffle.MapOutput, blocks ...string) {
	t.Helper()
	out, err := t.store.NewWriter(dirs, m, api.Adler32)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if _, err := out.Write([]byte(b)); err != nil {
			t.Fatal(err)
		}
		out.EndBlock()
	}
	if _, err := out.Commit(); err != nil {
		t.Fatal(err)
	}
}

// put makes a file of the executor.
func (t *stage) put(name, text string) {
	t.Helper()
	at := t.dirs(execID).Find(name)
	if err := t.files.MkdirAll(path.Dir(at.Name)); err != nil {
		t.Fatal(err)
	}
	f, err := t.files.Create(at.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

// outcome is the answer to a request.
type outcome struct {
	text string
	err  error
}

// callback puts an answer where it is waited for.
type callback struct {
	t *stage
	q *api.Queue[outcome]
}

func (t *stage) callback() callback { return callback{t, api.NewQueue[outcome](t.rt, 100)} }

func (c callback) end(text string, err error) {
	if err := c.q.Put(c.t.ctx, outcome{text, err}); err != nil {
		c.t.Error(err)
	}
}

func (c callback) OnSuccess(body []byte) { c.end(string(body), nil) }
func (c callback) OnFailure(cause error) { c.end("", cause) }

func (c callback) wait() (string, error) {
	c.t.Helper()
	got, err := c.q.Get(c.t.ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	return got.text, got.err
}

// chunkCallback is a callback for one chunk.
type chunkCallback struct{ callback }

func (c chunkCallback) OnSuccess(_ int32, data api.ManagedBuffer) {
	b, err := data.Bytes()
	c.end(string(b), err)
}
func (c chunkCallback) OnFailure(_ int32, cause error) { c.end("", cause) }

// ask sends a request and waits for the answer.
func (t *stage) ask(m blockwire.Message) (string, error) { return t.askBytes(m.Append(nil)) }

func (t *stage) askBytes(body []byte) (string, error) {
	t.Helper()
	cb := t.callback()
	if _, err := t.client.SendRpc(t.ctx, body, cb); err != nil {
		t.Fatal(err)
	}
	return cb.wait()
}

// stream opens blocks as a stream of chunks.
func (t *stage) stream(m blockwire.Message) (blockwire.StreamHandle, error) {
	t.Helper()
	body, err := t.ask(m)
	if err != nil {
		return blockwire.StreamHandle{}, err
	}
	h, err := blockwire.ParseStreamHandle([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return h, nil
}

// chunk returns the text of a chunk, which it asks for over a connection.
func (t *stage) chunk(c *transport.Client, stream int64, index int32) (string, error) {
	t.Helper()
	cb := t.callback()
	c.FetchChunk(t.ctx, stream, index, chunkCallback{cb})
	return cb.wait()
}

// open opens blocks and returns the text of each chunk, or its error.
func (t *stage) open(m blockwire.Message) []string {
	t.Helper()
	h, err := t.stream(m)
	if err != nil {
		return []string{"request: " + err.Error()}
	}
	texts := make([]string, h.NumChunks)
	for i := range texts {
		if texts[i], err = t.chunk(t.client, h.StreamID, int32(i)); err != nil {
			texts[i] = "chunk: " + err.Error()
		}
	}
	return texts
}

// fetch fetches blocks as an executor does, and returns the text of each, or its error.
func (t *stage) fetch(exec string, ids ...string) []string {
	t.Helper()
	return t.fetchFrom(t.service.Address(), exec, ids...)
}

func (t *stage) fetchFrom(at api.RpcAddress, exec string, ids ...string) []string {
	t.Helper()
	bind := t.bind
	if strings.HasPrefix(bind, "far:") {
		bind = "near:0"
	}
	reader, err := block.NewService(t.rt, api.BlockTransferConfig{AppID: appID, Bind: bind, Network: t.network, MaxRetries: -1}, noBlocks{})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close(context.WithoutCancel(t.ctx))
	var texts []string
	for _, got := range api.FetchBlocks(t.ctx, reader, at, exec, ids) {
		if got.Err != nil {
			texts = append(texts, "failed: "+got.Err.Error())
			continue
		}
		b, err := got.Data.Bytes()
		if err != nil {
			t.Error(err)
		}
		texts = append(texts, string(b))
		got.Data.Release()
	}
	return texts
}

// want compares texts; behind an ellipsis stands a part of what is wanted.
func (t *stage) want(got []string, want ...string) {
	t.Helper()
	fits := func(got, want string) bool {
		if part, ok := strings.CutPrefix(want, "…"); ok {
			return strings.Contains(got, part)
		}
		return got == want
	}
	if !slices.EqualFunc(got, want, fits) {
		t.Errorf("%q, want %q", got, want)
	}
}

// noBlocks is a manager without blocks.
type noBlocks struct{}

func (noBlocks) GetBlockData(string) (api.ManagedBuffer, error)       { return nil, api.ErrBlockNotFound }
func (noBlocks) PutBlockData(string, api.ManagedBuffer, []byte) error { return api.ErrBlockNotFound }

// noRequests is the handler of a side that nobody asks.
type noRequests struct{}

func (noRequests) Receive(_ *transport.Client, _ []byte, reply transport.RpcReply) {
	reply.Failure(fmt.Errorf("nobody asks here"))
}
func (noRequests) ReceiveOneWay(*transport.Client, []byte) {}
func (noRequests) ReceiveStream(*transport.Client, []byte) (transport.StreamConsumer, error) {
	return nil, fmt.Errorf("nobody asks here")
}
func (noRequests) Streams() transport.StreamManager      { return nil }
func (noRequests) Active(*transport.Client)              {}
func (noRequests) Inactive(_ *transport.Client, _ error) {}
