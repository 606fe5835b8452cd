// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strconv"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// channelDepth is how many pieces of a stream wait for a slow reader before its connection waits too.
const channelDepth = 8

// OpenChannel implements api.RpcEnv.
func (e *Env) OpenChannel(ctx context.Context, uri string) (io.ReadCloser, error) {
	address, id, err := parseFileURI(uri)
	if err != nil {
		return nil, err
	}
	if e.stopping.Load() {
		return nil, fmt.Errorf("open %s: %w", uri, api.ErrEnvStopped)
	}
	client, err := e.downloads.Borrow(ctx, address)
	if err != nil {
		e.downloadFailed(address, err)
		return nil, fmt.Errorf("open %s: %w", uri, err)
	}
	ch := &fileChannel{uri: uri, ctx: ctx, from: e.downloads, client: client, pieces: api.NewQueue[[]byte](e.rt, channelDepth), mu: e.rt.NewMutex()}
	ch.forget = e.atStop(func() { ch.finish(fmt.Errorf("read %s: %w", uri, api.ErrEnvStopped)) })
	client.Stream(ctx, id, ch)
	return ch, nil
}

func parseFileURI(uri string) (address, id string, err error) {
	u, err := url.Parse(uri)
	switch {
	case err != nil:
		return "", "", fmt.Errorf("open %q: %w", uri, err)
	case u.Scheme != "spark":
		return "", "", fmt.Errorf("open %q: want spark://host:port/path", uri)
	case u.Hostname() == "":
		return "", "", errors.New("Host name must be defined.") //nolint:staticcheck,revive // Spark's own text
	case u.Port() == "" || u.Port() == "0":
		return "", "", errors.New("Port must be defined.") //nolint:staticcheck,revive // Spark's own text
	case u.Path == "":
		return "", "", errors.New("Path must be defined.") //nolint:staticcheck,revive // Spark's own text
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return "", "", fmt.Errorf("open %q: %w", uri, err)
	}
	return api.NewRpcAddress(transport.Bracket(u.Hostname()), int(port)).HostPort(), u.Path, nil
}

// fileChannel is the reading end of a stream that the connection's task fills.
type fileChannel struct {
	uri    string
	ctx    context.Context
	pieces *api.Queue[[]byte]
	rest   []byte      // the reader's
	forget func() bool // the env's end
	from   *transport.ClientFactory

	mu     api.Mutex
	client *transport.Client // the channel's own while the stream comes
	end    error             // why there is no more: io.EOF, or the failure
}

var _ transport.StreamCallback = (*fileChannel)(nil)

// OnData implements transport.StreamCallback. It waits for a slow reader; when he has gone the connection ends.
func (ch *fileChannel) OnData(p []byte) error {
	err := ch.pieces.Put(ch.ctx, append([]byte(nil), p...))
	if err != nil {
		ch.hangUp()
	}
	return err
}

// OnComplete implements transport.StreamCallback.
func (ch *fileChannel) OnComplete() {
	ch.finish(io.EOF)
	ch.giveBack()
}

// OnFailure implements transport.StreamCallback.
func (ch *fileChannel) OnFailure(cause error) {
	ch.finish(fmt.Errorf("read %s: %w", ch.uri, cause))
	if _, refused := errors.AsType[*transport.RemoteFailure](cause); !refused {
		ch.hangUp()
		return
	}
	ch.giveBack()
}

// giveBack lets the connection serve others, unless it was closed.
func (ch *fileChannel) giveBack() {
	if c := ch.letGo(); c != nil {
		ch.from.GiveBack(c)
	}
}

// hangUp ends the connection, unless it was given back.
func (ch *fileChannel) hangUp() {
	if c := ch.letGo(); c != nil {
		c.Close()
	}
}

// letGo returns the connection, once.
func (ch *fileChannel) letGo() *transport.Client {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	c := ch.client
	ch.client = nil
	return c
}

func (ch *fileChannel) finish(err error) {
	ch.mu.Lock()
	if ch.end == nil {
		ch.end = err
	}
	ch.mu.Unlock()
	ch.pieces.Close()
}

// Read implements io.Reader. A failure comes in place of bytes that are still queued.
func (ch *fileChannel) Read(p []byte) (int, error) {
	if err := ch.failed(); err != nil {
		return 0, err
	}
	for len(ch.rest) == 0 {
		piece, err := ch.pieces.Get(ch.ctx)
		if failure := ch.failed(); failure != nil {
			return 0, failure
		}
		if errors.Is(err, api.ErrQueueClosed) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, fmt.Errorf("read %s: %w", ch.uri, err)
		}
		ch.rest = piece
	}
	n := copy(p, ch.rest)
	ch.rest = ch.rest[n:]
	return n, nil
}

// failed returns why the stream broke off, nil while it comes and when it is complete.
func (ch *fileChannel) failed() error {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if ch.end == io.EOF { //nolint:errorlint // itself: a failure may wrap it
		return nil
	}
	return ch.end
}

// Close ends reading, and the connection if something is still on its way.
func (ch *fileChannel) Close() error {
	ch.finish(fmt.Errorf("read %s: %w", ch.uri, fs.ErrClosed))
	ch.hangUp()
	ch.forget()
	return nil
}

// refusing serves nothing: the other side of a download connection has nothing to ask.
type refusing struct{ env *Env }

var _ transport.RpcHandler = refusing{}

func (refusing) Receive(_ *transport.Client, _ []byte, reply transport.RpcReply) {
	reply.Inline().Failure(errNoUploads)
}
func (refusing) ReceiveOneWay(*transport.Client, []byte) {}
func (refusing) ReceiveStream(*transport.Client, []byte) (transport.StreamConsumer, error) {
	return nil, errNoUploads
}
func (refusing) Streams() transport.StreamManager { return noStreams{} }
func (r refusing) Active(c *transport.Client)     { r.env.opened(c, true) }

func (r refusing) Inactive(c *transport.Client, cause error) { r.env.closed(c, true, cause) }

type noStreams struct{}

func (noStreams) GetChunk(int64, int32) (api.ManagedBuffer, error) { return nil, errNoUploads }
func (noStreams) OpenStream(string) (api.ManagedBuffer, error)     { return nil, errNoUploads }
func (noStreams) ConnectionTerminated(*transport.Client)           {}
