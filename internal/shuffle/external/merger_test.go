// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// fakeMerger has merged what it is asked for: chunk c of reducer r of merge m is "m.r.c".
type fakeMerger struct{}

var _ external.Merger = fakeMerger{}

func (fakeMerger) RegisterExecutor(shuffle.ExecutorID, shuffle.ExecutorInfo) {}

func (fakeMerger) Receive(m blockwire.PushBlockStream) (transport.StreamConsumer, error) {
	return &pushed{want: fmt.Sprint("pushed by ", m.MapIndex)}, nil
}

func fakeStatuses(shuffleID, mergeID int32) blockwire.MergeStatuses {
	return blockwire.MergeStatuses{ShuffleID: shuffleID, ShuffleMergeID: mergeID}
}

func (fakeMerger) Finalize(m blockwire.FinalizeShuffleMerge) (blockwire.MergeStatuses, error) {
	return fakeStatuses(m.ShuffleID, m.ShuffleMergeID), nil
}

func (fakeMerger) Remove(m blockwire.RemoveShuffleMerge) error {
	if m.ShuffleMergeID == 9 {
		return errors.New("nothing to remove")
	}
	return nil
}

func (fakeMerger) Chunk(id external.MergedChunk) (api.ManagedBuffer, error) {
	return api.NewBytesBuffer(fmt.Appendf(nil, "%d.%d.%d", id.MergeID, id.Reduce, id.Chunk)), nil
}

func (fakeMerger) Meta(id external.MergedChunk) (int32, api.ManagedBuffer, error) {
	return 2*id.Reduce + 1, api.NewBytesBuffer([]byte("bitmaps")), nil
}

func (fakeMerger) LocalDirs(app string) ([]string, error) {
	return []string{"/data/merged/" + app}, nil
}

// countingMerger counts registrations.
type countingMerger struct {
	fakeMerger
	registered atomic.Int32
}

func (m *countingMerger) RegisterExecutor(shuffle.ExecutorID, shuffle.ExecutorInfo) {
	m.registered.Add(1)
}

func (m *countingMerger) take() int32 { return m.registered.Swap(0) }

// pushed takes a block.
type pushed struct {
	want string
	got  strings.Builder
}

func (p *pushed) OnData(b []byte) error { p.got.Write(b); return nil }

func (p *pushed) OnComplete() ([]byte, error) {
	if p.got.String() != p.want {
		return nil, fmt.Errorf("%q came, want %q", p.got.String(), p.want)
	}
	return blockwire.BlockPushReturnCode{}.Append(nil), nil
}

func (*pushed) OnFailure(error) {}

// metaCallback is a callback for merged block meta.
type metaCallback struct{ callback }

func metaText(chunks int32, bitmaps []byte) string { return fmt.Sprintf("%d %s", chunks, bitmaps) }

func (c metaCallback) OnSuccess(chunks int32, bitmaps []byte) { c.end(metaText(chunks, bitmaps), nil) }

// TestMerger: what is pushed reaches it, and its directories stand for an executor's.
func TestMerger(t *testing.T) {
	inWorlds(t, external.Config{Merger: fakeMerger{}}, func(t *stage) {
		cb := t.callback()
		meta := blockwire.PushBlockStream{AppID: appID, MapIndex: 4}.Append(nil)
		if _, err := t.client.UploadStream(t.ctx, meta, api.NewBytesBuffer([]byte("pushed by 4")), cb); err != nil {
			t.Fatal(err)
		}
		if _, err := cb.wait(); err != nil {
			t.Error(err)
		}
		body, err := t.ask(blockwire.GetLocalDirsForExecutors{AppID: appID, ExecIDs: []string{"shuffle-push-merger", execID}})
		if err != nil {
			t.Fatal(err)
		}
		m, err := blockwire.ParseLocalDirsForExecutors([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		dirs, err := m.Dirs()
		if got, want := fmt.Sprint(dirs), "[[/data/merged/app-1] [/data/exec-2/a /data/exec-2/b]]"; got != want || err != nil {
			t.Errorf("%s, want %s, %v", got, want, err)
		}
		if _, err := t.ask(blockwire.RemoveShuffleMerge{AppID: appID}); err != nil {
			t.Error(err)
		}
	})
}

// TestNoMerger refuses what has to do with merged blocks, in Spark's words.
func TestNoMerger(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		const refusal = "UnsupportedOperationException: Cannot handle shuffle block merge"
		for _, m := range []blockwire.Message{
			blockwire.FinalizeShuffleMerge{AppID: appID}, blockwire.RemoveShuffleMerge{AppID: appID},
			blockwire.GetLocalDirsForExecutors{AppID: appID, ExecIDs: []string{"shuffle-push-merger"}},
		} {
			if _, err := t.ask(m); err == nil || !strings.Contains(err.Error(), refusal) {
				t.Errorf("%v: %v", m, err)
			}
		}
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"shuffleChunk_0_0_0_0"}}), "…"+refusal)
		meta := metaCallback{t.callback()}
		if _, err := t.client.SendMergedBlockMetaReq(t.ctx, appID, 0, 0, 0, meta); err != nil {
			t.Fatal(err)
		}
		if _, err := meta.wait(); err == nil || !strings.Contains(err.Error(), refusal) {
			t.Error(err)
		}
		push := t.callback()
		if _, err := t.client.UploadStream(t.ctx, blockwire.PushBlockStream{AppID: appID}.Append(nil), api.NewBytesBuffer([]byte("x")), push); err != nil {
			t.Fatal(err)
		}
		if _, err := push.wait(); err == nil || !strings.Contains(err.Error(), refusal) {
			t.Error(err)
		}
	})
}

// TestOneWayMessages: what was merged is removed by a message that nobody answers; what goes wrong, and what else comes so, is
// told to the listener alone.
func TestOneWayMessages(t *testing.T) {
	failures := []string{}
	cfg := external.Config{Merger: fakeMerger{}, Listener: external.Listener{Failed: func(_ string, cause error) { failures = append(failures, cause.Error()) }}}
	inWorlds(t, cfg, func(t *stage) {
		failures = failures[:0]
		for _, m := range []blockwire.Message{
			blockwire.RemoveShuffleMerge{AppID: appID, ShuffleMergeID: -1}, blockwire.RemoveShuffleMerge{AppID: appID, ShuffleMergeID: 9}, blockwire.GetLocalDirsForExecutors{AppID: appID},
		} {
			if err := t.client.Send(t.ctx, m.Append(nil)); err != nil {
				t.Fatal(err)
			}
		}
		if err := t.client.Send(t.ctx, []byte{100}); err != nil {
			t.Fatal(err)
		}
		if _, err := t.ask(blockwire.GetLocalDirsForExecutors{AppID: appID}); err != nil { // it is answered behind them
			t.Error(err)
		}
		want := []string{"nothing to remove", "Unexpected message: GetLocalDirsForExecutors[appId=app-1,execIds=[]]", "Unknown message type: 100"}
		if !slices.Equal(failures, want) {
			t.Errorf("%q", failures)
		}
	})
}
