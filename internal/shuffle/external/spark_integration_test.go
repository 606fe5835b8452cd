// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"math/rand/v2"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// sized is a block of n bytes that do not repeat.
func sized(n int) string {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(n)}).Read(b) // never fails
	return string(b)
}

func TestESI01FetchOneSort(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.write(0, "one", "two")
		t.want(t.fetch(execID, "shuffle_0_0_0"), "one")
	})
}

func TestESI02FetchThreeSort(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		blocks := []string{sized(123), sized(12345), sized(1234567)}
		t.write(0, blocks...)
		t.want(t.fetch(execID, "shuffle_0_0_0", "shuffle_0_0_1", "shuffle_0_0_2"), blocks...)
	})
}

func TestESI03RegisterWithCustomShuffleManager(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		m := blockwire.RegisterExecutor{AppID: appID, ExecID: "custom", LocalDirs: localDirs(execID), SubDirsPerLocalDir: subDirs, ShuffleManager: "custom shuffle manager"}
		if _, err := t.ask(m); err != nil {
			t.Fatal(err)
		}
		_, info, err := t.registry.Find(shuffle.ExecutorID{AppID: appID, ExecID: "custom"})
		if err != nil || info.Manager != "custom shuffle manager" {
			t.Errorf("%+v, %v", info, err)
		}
	})
}

func TestESI04FetchWrongBlockID(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.want(t.fetch(execID, "broadcast_1"), "…Unexpected block id format: broadcast_1")
	})
}

func TestESI05FetchValidRddBlock(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.put("rdd_1_2", "persisted")
		t.want(t.fetch(execID, "rdd_1_2"), "persisted")
	})
}

func TestESI06FetchDeletedRddBlock(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.want(t.fetch(execID, "rdd_1_3"), "…Chunk was not found")
	})
}

func TestESI07RemoveRddBlocks(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.put("rdd_1_2", "persisted")
		body, err := t.ask(blockwire.RemoveBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"rdd_1_2", "rdd_1_3"}})
		if err != nil {
			t.Fatal(err)
		}
		if m, err := blockwire.ParseBlocksRemoved([]byte(body)); m.NumRemovedBlocks != 1 || err != nil {
			t.Error(m, err)
		}
		t.want(t.fetch(execID, "rdd_1_2"), "…Chunk was not found")
	})
}

func TestESI08FetchCorruptRddBlock(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		// The file goes between the moment that it is found and that in which it is sent.
		t.start(external.Config{Merger: lostFile{t: t}})
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"shuffleChunk_0_0_0_0"}}), "…chunk: ")
	})
}

// lostFile is a merger whose chunk is a segment of a file that is not there.
type lostFile struct {
	fakeMerger
	t *stage
}

func (l lostFile) Chunk(external.MergedChunk) (api.ManagedBuffer, error) {
	return api.NewFileSegment(l.t.files, "none", 0, 10), nil
}

func TestESI09FetchNonexistent(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.want(t.fetch(execID, "shuffle_2_0_0"), "…Failed to open file: /data/"+execID)
	})
}

func TestESI10FetchWrongExecutor(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.write(0, "one")
		// Both in one request: the block that is missing fails alone.
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"shuffle_0_0_0", "shuffle_0_1_0", "shuffle_0_0_0"}}),
			"one", "…Failed to open file", "one")
		t.want(t.fetch(execID, "shuffle_0_0_0"), "one")
		t.want(t.fetch(execID, "shuffle_1_0_0"), "…Failed to open file")
	})
}

func TestESI11FetchUnregisteredExecutor(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		const text = "…Executor is not registered (appId=app-1, execId=exec-9)"
		t.want(t.fetch("exec-9", "shuffle_0_0_0", "shuffle_0_0_1"), text, text)
	})
}

func TestESI12FetchNoServer(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		at := t.service.Address()
		at.Port = 1
		t.want(t.fetchFrom(at, execID, "shuffle_0_0_0", "shuffle_0_0_1"), "…connect", "…connect")
	})
}
