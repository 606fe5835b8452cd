// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// reply is the answer to one request.
type reply struct {
	body []byte
	err  error
}

type replies struct{ *api.Queue[reply] }

func (r replies) OnSuccess(body []byte) { _ = r.Put(nil, reply{body: append([]byte(nil), body...)}) } //nolint:staticcheck // unbounded
func (r replies) OnFailure(err error)   { _ = r.Put(nil, reply{err: err}) }                           //nolint:staticcheck // unbounded

// asker makes a connection to svc of its own and returns who sends bytes over it and waits for the answer.
func (s *stage) asker(svc api.BlockTransferService) func(body []byte) ([]byte, error) {
	s.Helper()
	f := transport.NewClientFactory(s.rt, s.near.network, transport.Config{ConnectionsPerPeer: 1}, &scriptedServer{})
	s.closers = append(s.closers, f.Close)
	c, err := f.Client(s.ctx, svc.Address().HostPort())
	if err != nil {
		s.Fatal(err)
	}
	return func(body []byte) ([]byte, error) {
		q := replies{api.NewQueue[reply](s.rt, 0)}
		if _, err := c.SendRpc(s.ctx, body, q); err != nil {
			return nil, err
		}
		got, err := q.Get(s.ctx)
		if err != nil {
			return nil, err
		}
		return got.body, got.err
	}
}

// refused checks that the other side answered with a failure whose text begins so.
func (s *stage) refused(err error, text string) {
	s.Helper()
	remote, ok := errors.AsType[*transport.RemoteFailure](err)
	if !ok || !strings.HasPrefix(remote.Text, text) {
		s.Errorf("answer %+v, want one that begins with %q", err, text)
	}
}

// badMessage sends bytes that are no message; then the connection must serve a message that is one.
func badMessage(t *testing.T, body []byte, want string) {
	t.Helper()
	inWorlds(t, func(s *stage) {
		ask := s.asker(s.service(s.far, api.BlockTransferConfig{}, noBlocks{}))
		_, err := ask(body)
		s.refused(err, want)
		if _, err := ask(blockwire.OpenBlocks{}.Append(nil)); err != nil {
			s.Error("the next request:", err)
		}
	})
}

func TestNBR01RethrowIllegalArgumentException(t *testing.T) {
	badMessage(t, []byte{100}, "java.lang.IllegalArgumentException: Unknown message type: 100")
}

// Spark warns and leaves the client waiting for these two; ours are answered.
func TestNBR02WarnAndIgnoreNegativeArraySizeException(t *testing.T) {
	badMessage(t, []byte{0, 0xFF, 0xFF, 0xFF, 0xFF}, "java.lang.IndexOutOfBoundsException")
}

func TestNBR03WarnAndIgnoreIndexOutOfBoundsException(t *testing.T) {
	badMessage(t, []byte{1}, "java.lang.IndexOutOfBoundsException")
}

// TestOtherServicesMessages: what is for an external shuffle service is refused by name.
func TestOtherServicesMessages(t *testing.T) {
	inWorlds(t, func(s *stage) {
		ask := s.asker(s.service(s.far, api.BlockTransferConfig{}, noBlocks{}))
		for _, m := range []blockwire.Message{
			blockwire.RegisterExecutor{}, blockwire.RemoveBlocks{}, blockwire.FetchShuffleBlockChunks{}, blockwire.StreamHandle{},
		} {
			_, err := ask(m.Append(nil))
			s.refused(err, "java.lang.UnsupportedOperationException: Unexpected message: "+m.String())
		}
	})
}

// TestLocalDirs: an executor tells its own directories and nobody else's.
func TestLocalDirs(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.service(s.far, api.BlockTransferConfig{AppID: "a", ExecutorID: "7", LocalDirs: []string{"/x", "/y"}}, noBlocks{})
		ask := s.asker(server)
		client := s.service(s.near, api.BlockTransferConfig{AppID: "a"}, noBlocks{})
		if told, err := client.HostLocalDirs(s.ctx, server.Address(), []string{"7"}); err != nil || strings.Join(told["7"], " ") != "/x /y" {
			s.Error(told, err)
		}
		dirs := func(app string, executors ...string) ([]byte, error) {
			return ask(blockwire.GetLocalDirsForExecutors{AppID: app, ExecIDs: executors}.Append(nil))
		}
		body, err := dirs("a", "7")
		if m, parseErr := blockwire.ParseLocalDirsForExecutors(body); err != nil || parseErr != nil || strings.Join(m.AllLocalDirs, " ") != "/x /y" {
			s.Error(m, err, parseErr)
		}
		const wrong = "java.lang.IllegalStateException: Invalid GetLocalDirsForExecutors request: "
		_, err = dirs("b", "7")
		s.refused(err, wrong+"incorrect application id: b;")
		_, err = dirs("b")
		s.refused(err, wrong+"incorrect application id: b;incorrect executor number: 0 (expected 1);")
		_, err = dirs("a", "8")
		s.refused(err, "java.lang.IllegalStateException: Invalid executor id: 8, expected 7.")
	})
}

// TestRangesOfABatch: what is not a range of reducers for each map is refused, and no block is looked for.
func TestRangesOfABatch(t *testing.T) {
	inWorlds(t, func(s *stage) {
		blocks := &store{blocks: map[string]api.ManagedBuffer{"shuffle_0_5_1_3": api.NewBytesBuffer([]byte("two"))}}
		server := s.service(s.far, api.BlockTransferConfig{}, blocks)
		ask := s.asker(server)
		for _, reducers := range [][][]int32{{{1}}, {{1, 3, 5}}, {{3, 1}}, {{1, 1}}, {}, {{1, 3}, {1, 3}}} {
			_, err := ask(blockwire.FetchShuffleBlocks{MapIDs: []int64{5}, ReduceIDs: reducers, BatchFetchEnabled: true}.Append(nil))
			if err == nil || !strings.Contains(err.Error(), "FetchShuffleBlocks: ") {
				s.Errorf("%v: %v", reducers, err)
			}
		}
		body, err := ask(blockwire.FetchShuffleBlocks{MapIDs: []int64{5}, ReduceIDs: [][]int32{{1, 3}}, BatchFetchEnabled: true}.Append(nil))
		if h, parseErr := blockwire.ParseStreamHandle(body); err != nil || parseErr != nil || h.NumChunks != 1 {
			s.Error(h, err, parseErr)
		}
	})
}
