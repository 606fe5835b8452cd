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
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// fakeMerger has merged what it is asked for: chunk c of reducer r of merge m is "m.r.c".
type fakeMerger struct{}

var _ external.Merger = fakeMerger{}

func (fakeMerger) RegisterExecutor(shuffle.ExecutorID, shuffle.ExecutorInfo) {}

func (fakeMerger) ReceivePush(p api.BlockPush) (api.BlockSink, error) {
	if p.AppAttemptID < 0 {
		return nil, &api.BlockPushError{Outcome: api.PushTooOld}
	}
	return &pushed{want: fmt.Sprint("pushed by ", p.MapIndex)}, nil
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

// pushed takes a block, unless others come with it.
type pushed struct {
	want string
	strings.Builder
}

func (p *pushed) Commit() error {
	switch p.String() {
	case p.want:
		return nil
	case "too late":
		return &api.BlockPushError{Outcome: api.PushTooLate}
	}
	return fmt.Errorf("%q came, want %q", p.String(), p.want)
}

func (*pushed) Abort(error) {}

// metaCallback is a callback for merged block meta.
type metaCallback struct{ callback }

func metaText(chunks int32, bitmaps []byte) string { return fmt.Sprintf("%d %s", chunks, bitmaps) }

func (c metaCallback) OnSuccess(chunks int32, bitmaps []byte) { c.end(metaText(chunks, bitmaps), nil) }

// TestMerger: what is pushed reaches it, and its directories stand for an executor's.
func TestMerger(t *testing.T) {
	inWorlds(t, external.Config{Merger: fakeMerger{}}, func(t *stage) {
		if code, err := t.push(blockwire.PushBlockStream{AppID: appID, MapIndex: 4}, "pushed by 4"); code.ReturnCode != blockwire.Success || err != nil {
			t.Error(code, err)
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

// push pushes a block and returns the answer.
func (t *stage) push(m blockwire.PushBlockStream, text string) (blockwire.BlockPushReturnCode, error) {
	cb := t.callback()
	if _, err := t.client.UploadStream(t.ctx, m.Append(nil), api.NewBytesBuffer([]byte(text)), cb); err != nil {
		t.Fatal(err)
	}
	answer, err := cb.wait()
	if err != nil {
		return blockwire.BlockPushReturnCode{}, err
	}
	return blockwire.ParseBlockPushReturnCode([]byte(answer))
}

// TestMergerWantsNot: a block that the merger does not want is refused by a code, and the connection lives.
func TestMergerWantsNot(t *testing.T) {
	inWorlds(t, external.Config{Merger: fakeMerger{}}, func(t *stage) {
		for _, one := range []struct {
			attempt int32
			text    string
			want    blockwire.BlockPushReturnCode
		}{
			{-1, "pushed by 4", blockwire.BlockPushReturnCode{ReturnCode: blockwire.TooOldAttemptPush, FailureBlockID: "shufflePush_1_2_4_3"}},
			{0, "too late", blockwire.BlockPushReturnCode{ReturnCode: blockwire.TooLateBlockPush, FailureBlockID: "shufflePush_1_2_4_3"}},
			{0, "pushed by 4", blockwire.BlockPushReturnCode{}},
		} {
			m := blockwire.PushBlockStream{AppID: appID, AppAttemptID: one.attempt, ShuffleID: 1, ShuffleMergeID: 2, MapIndex: 4, ReduceID: 3}
			if got, err := t.push(m, one.text); got != one.want || err != nil {
				t.Errorf("attempt %d, %s: %v, %v", one.attempt, one.text, got, err)
			}
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
		if _, err := t.push(blockwire.PushBlockStream{AppID: appID}, "x"); err == nil || !strings.Contains(err.Error(), refusal) {
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
