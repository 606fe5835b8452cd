// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
	"github.com/twinwire/twinwire/netty"
)

// TestMisconfigured reports every mistake at once, and a port that is taken.
func TestMisconfigured(t *testing.T) {
	rt := netty.NewRuntime()
	_, err := external.NewService(rt, external.Config{Bind: "x", MaxRequest: 1})
	for _, field := range []string{"Bind", "Network", "Registry", "MaxRequest"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%v, want %s named", err, field)
		}
	}
	inWorlds(t, external.Config{}, func(t *stage) {
		at := t.service.Address()
		cfg := external.Config{Bind: at.HostPort(), Network: t.there, Registry: t.registry}
		if s, err := external.NewService(t.rt, cfg); !errors.Is(err, api.ErrAddressInUse) {
			t.Errorf("%v, %v", s, err)
		}
	})
}

// TestRefusedDirectory: an executor may not name a folder of others, and is told in Spark's words.
func TestRefusedDirectory(t *testing.T) {
	refusals := 0
	cfg := external.Config{Listener: external.Listener{Refused: func(shuffle.ExecutorID, string, error) { refusals++ }}}
	inWorlds(t, cfg, func(t *stage) {
		for _, dir := range []string{"/etc", "/data/../etc", "/data", "data/x", ""} {
			_, err := t.ask(blockwire.RegisterExecutor{AppID: appID, ExecID: "bad", LocalDirs: []string{"/data/ok", dir}, SubDirsPerLocalDir: 64})
			if err == nil || !strings.Contains(err.Error(), "java.lang.IllegalArgumentException: local") {
				t.Errorf("%q: %v", dir, err)
			}
		}
		t.want(t.fetch("bad", "shuffle_0_0_0"), "…Executor is not registered (appId=app-1, execId=bad)")
		if s := t.service.Stats(); s.Refused != 5 || s.Executors != 1 || refusals != 5 {
			t.Errorf("%+v, %d heard of", s, refusals)
		}
		refusals = 0
	})
}

// TestHostileNames: no name of a block leads anywhere.
func TestHostileNames(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.write(0, "x")
		for _, name := range []string{
			"", "shuffle", "shuffle_0_0", "shuffle_0_0_0_0_0", "shuffle_../_0_0", "shuffle_0_0_-1", "shuffle_0_-1_0", "shuffle_0_0_+1", "shuffle_0_0_0.data",
			"rdd_..", "rdd_../../../etc/passwd_1", "rdd_0_1/../../x", "../../etc/passwd", "/etc/passwd", "shuffle_99999999999_0_0", "shuffle_0_0_0\x00", "broadcast_0",
		} {
			t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{name}}), "…request: ")
		}
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID}), "…Index 0 out of bounds for length 0")
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"shuffle_0_0_0", "shuffle_1_0_0"}}), "…Expected shuffleId=0, got:shuffle_1_0_0")
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"shuffle_0_0_0", "rdd_1_0"}}), "…Unexpected block id format: rdd_1_0")
		if body, err := t.ask(blockwire.RemoveBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"../../x"}}); err == nil {
			t.Errorf("%q", body)
		}
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"shuffle_0_0_0"}}), "x")
	})
}

// TestHostileRequests: lists that do not fit together, and reducers that do not exist.
func TestHostileRequests(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.write(0, "x", "y")
		ask := func(maps []int64, reducers [][]int32, batch bool) []string {
			return t.open(blockwire.FetchShuffleBlocks{AppID: appID, ExecID: execID, MapIDs: maps, ReduceIDs: reducers, BatchFetchEnabled: batch})
		}
		t.want(ask([]int64{0, 0}, [][]int32{{0}}, false), "…request: ")
		t.want(ask([]int64{0}, [][]int32{{0}}, true), "…request: ")
		t.want(ask([]int64{0}, [][]int32{{1, 1}}, true), "…request: ")
		t.want(ask([]int64{0}, [][]int32{{0, 3}}, true), "…reducers 0 to 3 of 2")
		t.want(ask([]int64{0}, [][]int32{{-1, 1<<31 - 1}}, true), "…chunk: ")
		t.want(ask([]int64{-1, 0, 0, 0}, [][]int32{{0}, {}, {1<<31 - 1, 1}, {0}}, false), "…chunk: ", "…chunk: ", "y", "x")
		t.want(ask(nil, nil, false))
	})
}

// TestTornFilesFail their chunk and name what is wrong.
func TestTornFilesFail(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.put("shuffle_0_0_0.index", "torn")
		t.want(t.fetch(execID, "shuffle_0_0_0"), "…the shuffle file is torn")
		t.put("shuffle_0_0_0.index", string(shuffle.NewIndex([]int64{10}).Append(nil)))
		t.put("shuffle_0_0_0.data", "short")
		t.want(t.fetch(execID, "shuffle_0_0_0"), "…5 bytes, its index speaks of 10: the shuffle file is torn")
		if s := t.service.Stats(); s.Failures != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// TestStreams: a chunk is there once and in order, by its name too, and goes with its connection.
func TestStreams(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.write(0, "a", "b", "c")
		open := func() int64 {
			h, err := t.stream(blockwire.FetchShuffleBlocks{AppID: appID, ExecID: execID, MapIDs: []int64{0}, ReduceIDs: [][]int32{{0, 1, 2}}})
			if err != nil {
				t.Fatal(err)
			}
			return h.StreamID
		}
		chunk := func(c *transport.Client, id int64, i int32) string {
			got, err := t.chunk(c, id, i)
			return got + fmt.Sprint(err)
		}
		id, other := open(), open()
		t.want([]string{chunk(t.client, id, 1), chunk(t.client, id, 0), chunk(t.client, other, 0), chunk(t.client, id, 0), chunk(t.client, id+1000, 0)},
			"…out-of-order chunk index 1 (expected 0)", "a<nil>", "a<nil>", "…out-of-order chunk index 0 (expected 1)", "…is closed")
		cb := &streamCallback{callback: t.callback()}
		t.client.Stream(t.ctx, fmt.Sprintf("%d_1", id), cb)
		if got, err := cb.wait(); got != "b" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		for _, bad := range []string{"", "x", "1", "1_x", "_", "1_2_3"} {
			cb := &streamCallback{callback: t.callback()}
			t.client.Stream(t.ctx, bad, cb)
			if _, err := cb.wait(); err == nil {
				t.Errorf("%q: no error", bad)
			}
		}
	})
}

// streamCallback is a callback for a named stream.
type streamCallback struct {
	callback
	text string
}

func (c *streamCallback) OnData(p []byte) error { c.text += string(p); return nil }
func (c *streamCallback) OnComplete()           { c.end(c.text, nil) }
func (c *streamCallback) OnFailure(cause error) { c.end("", cause) }

// TestLocalDirs: every executor must be known, and may be asked for once.
func TestLocalDirs(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.register("exec-3")
		body, err := t.ask(blockwire.GetLocalDirsForExecutors{AppID: appID, ExecIDs: []string{"exec-3", execID}})
		if err != nil {
			t.Fatal(err)
		}
		m, err := blockwire.ParseLocalDirsForExecutors([]byte(body))
		if want := "LocalDirsForExecutors[execIds=[exec-3, exec-2],numLocalDirsByExec=[2, 2],allLocalDirs=[/data/exec-3/a, /data/exec-3/b, /data/exec-2/a, /data/exec-2/b]]"; err != nil || m.String() != want {
			t.Errorf("%v, %v", m, err)
		}
		for text, ids := range map[string][]string{"duplicate element: " + execID: {execID, execID}, "not registered": {execID, "x"}} {
			if _, err := t.ask(blockwire.GetLocalDirsForExecutors{AppID: appID, ExecIDs: ids}); err == nil || !strings.Contains(err.Error(), text) {
				t.Errorf("%v: %v, want %q", ids, err, text)
			}
		}
	})
}

// TestDiagnoseUnknownExecutor fails, for there is nothing to look at.
func TestDiagnoseUnknownExecutor(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		if _, err := t.ask(blockwire.DiagnoseCorruption{AppID: appID, ExecID: "x", Algorithm: "ADLER32"}); err == nil || !strings.Contains(err.Error(), "not registered") {
			t.Error(err)
		}
	})
}
