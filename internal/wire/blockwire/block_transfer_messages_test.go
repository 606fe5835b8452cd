// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// travels holds each message against what comes back of it, value and text.
func travels(t *testing.T, messages ...Message) {
	t.Helper()
	for _, want := range messages {
		got, err := ParseMessage(want.Append(nil))
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", want, err, diff)
		} else if got.String() != want.String() {
			t.Errorf("%s and %s", got, want)
		}
	}
}

func TestBTM01SerializeOpenShuffleBlocks(t *testing.T) {
	travels(t,
		OpenBlocks{"app-1", "exec-2", []string{"b1", "b2"}},
		FetchShuffleBlocks{"app-1", "exec-2", 0, []int64{0, 1}, [][]int32{{0, 1}, {0, 1, 2}}, false},
		FetchShuffleBlocks{"app-1", "exec-2", 0, []int64{0, 1}, [][]int32{{0, 1}, {0, 2}}, true},
		RegisterExecutor{"app-1", "exec-2", []string{"/local1", "/local2"}, 32, "MyShuffleManager"},
		UploadBlock{"app-1", "exec-2", "block-3", []byte{1, 2}, []byte{4, 5, 6, 7}},
		StreamHandle{12345, 16},
	)
}

func TestBTM02LocalDirsMessages(t *testing.T) {
	dirs := NewLocalDirsForExecutors([]string{"exec-1", "exec-2"}, [][]string{{"loc1.1"}, {"loc2.1", "loc2.2"}})
	travels(t, GetLocalDirsForExecutors{"app-1", []string{"exec-1", "exec-2"}}, dirs)
	got, err := ParseLocalDirsForExecutors(dirs.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	list, err := got.Dirs()
	if diff := cmp.Diff([][]string{{"loc1.1"}, {"loc2.1", "loc2.2"}}, list); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestFSB01FetchShuffleBlockEncodeDecode(t *testing.T) {
	m := FetchShuffleBlocks{"app0", "exec1", 0, []int64{0}, [][]int32{{0, 1}}, false}
	travels(t, m)
	if m.NumBlocks() != 2 || len(m.Append(nil)) != 1+50 || m.Check() != nil {
		t.Errorf("%d blocks in %d bytes, %v", m.NumBlocks(), len(m.Append(nil)), m.Check())
	}
}

func TestFSC01FetchShuffleBlockChunksEncodeDecode(t *testing.T) {
	m := FetchShuffleBlockChunks{"app0", "exec1", 0, 0, []int32{0}, [][]int32{{0, 1}}}
	travels(t, m)
	if m.NumBlocks() != 2 || len(m.Append(nil)) != 1+49 || m.Check() != nil {
		t.Errorf("%d blocks in %d bytes, %v", m.NumBlocks(), len(m.Append(nil)), m.Check())
	}
}

// TestShapes: what Spark only asserts parses here too, and Check says it.
func TestShapes(t *testing.T) {
	for _, m := range []interface{ Check() error }{
		FetchShuffleBlocks{MapIDs: []int64{1}},
		FetchShuffleBlocks{MapIDs: []int64{1}, ReduceIDs: [][]int32{{1}}, BatchFetchEnabled: true},
		FetchShuffleBlocks{MapIDs: []int64{1}, ReduceIDs: [][]int32{{2, 2}}, BatchFetchEnabled: true},
		FetchShuffleBlockChunks{ReduceIDs: []int32{1}},
		MergeStatuses{Sizes: []int64{1}},
	} {
		travels(t, m.(Message))
		if _, ok := errors.AsType[*ShapeError](m.Check()); !ok {
			t.Errorf("%s: %v", m, m.Check())
		}
	}
	batch := FetchShuffleBlocks{MapIDs: []int64{1, 2}, ReduceIDs: [][]int32{{0, 3}, {5, 6}}, BatchFetchEnabled: true}
	if batch.NumBlocks() != 2 || batch.Check() != nil {
		t.Errorf("%d ranges, %v", batch.NumBlocks(), batch.Check())
	}
	for _, m := range []LocalDirsForExecutors{
		{ExecIDs: []string{"e"}},
		{ExecIDs: []string{"e"}, NumLocalDirsByExec: []int32{1}},
		{ExecIDs: []string{"e"}, NumLocalDirsByExec: []int32{-1}},
	} {
		travels(t, m)
		if dirs, err := m.Dirs(); err == nil {
			t.Errorf("%s: %v", m, dirs)
		}
	}
}
