// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"bytes"
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

func TestEBH01RegisterExecutor(t *testing.T) {
	merger := &countingMerger{}
	inWorlds(t, external.Config{Merger: merger}, func(t *stage) { // the stage registers its executor
		if _, info, err := t.registry.Find(shuffle.ExecutorID{AppID: appID, ExecID: execID}); err != nil || info.SubDirs != subDirs {
			t.Errorf("%+v, %v", info, err)
		}
		if got := merger.take(); got != 1 {
			t.Errorf("the merger heard of it %d times", got)
		}
		if s := t.service.Stats(); s.Registrations != 1 || s.Executors != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestEBH02CompatibilityWithOldVersion(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.write(0, "first", "second")
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"shuffle_0_0_0", "shuffle_0_0_1"}}), "first", "second")
		if s := t.service.Stats(); s.Opened != 1 || s.Chunks != 2 || s.Blocks != 2 || s.Bytes != 11 {
			t.Errorf("%+v", s)
		}
	})
}

// diagnose asks about the block of reducer 0, whose checksum file is what it is.
func (t *stage) diagnose(algorithm string, read int64) blockwire.Cause {
	t.Helper()
	body, err := t.ask(blockwire.DiagnoseCorruption{AppID: appID, ExecID: execID, Checksum: read, Algorithm: algorithm})
	if err != nil {
		t.Fatal(err)
	}
	m, err := blockwire.ParseCorruptionCause([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return m.Cause
}

// expectCause stores a sum for a block, of so many bytes, and asks about it.
func expectCause(t *testing.T, algorithm string, stored []byte, read int64, want blockwire.Cause) {
	t.Helper()
	inWorlds(t, external.Config{}, func(t *stage) {
		t.write(0, "block")
		t.put("shuffle_0_0_0.checksum."+algorithm, string(stored))
		if got := t.diagnose(algorithm, read); got != want {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func sum64(sum uint32) []byte { return binary.BigEndian.AppendUint64(nil, uint64(sum)) }

var blockSum = adler32.Checksum([]byte("block"))

func TestEBH03ShuffleCorruptionDiagnosisDiskIssue(t *testing.T) {
	expectCause(t, "ADLER32", sum64(blockSum+1), int64(blockSum), blockwire.DiskIssue)
}

func TestEBH04ShuffleCorruptionDiagnosisNetworkIssue(t *testing.T) {
	expectCause(t, "ADLER32", sum64(blockSum), int64(blockSum)+1, blockwire.NetworkIssue)
}

func TestEBH05ShuffleCorruptionDiagnosisUnknownIssue(t *testing.T) {
	expectCause(t, "ADLER32", sum64(blockSum)[:7], int64(blockSum), blockwire.UnknownIssue)
}

func TestEBH06ShuffleCorruptionDiagnosisChecksumVerifyPass(t *testing.T) {
	expectCause(t, "ADLER32", sum64(blockSum), int64(blockSum), blockwire.ChecksumVerifyPass)
}

func TestEBH07ShuffleCorruptionDiagnosisUnsupportedAlgorithm(t *testing.T) {
	expectCause(t, "XXX", sum64(blockSum), int64(blockSum), blockwire.UnsupportedChecksumAlgorithm)
}

func TestEBH08ShuffleCorruptionDiagnosisCRC32(t *testing.T) {
	sum := crc32.ChecksumIEEE([]byte("block"))
	expectCause(t, "CRC32", sum64(sum), int64(sum), blockwire.ChecksumVerifyPass)
}

func TestEBH09ShuffleCorruptionDiagnosisCRC32C(t *testing.T) {
	sum := crc32.Checksum([]byte("block"), crc32.MakeTable(crc32.Castagnoli))
	expectCause(t, "CRC32C", sum64(sum), int64(sum), blockwire.ChecksumVerifyPass)
}

func TestEBH10FetchShuffleBlocks(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.write(0, "first", "second")
		t.want(t.open(blockwire.FetchShuffleBlocks{AppID: appID, ExecID: execID, MapIDs: []int64{0}, ReduceIDs: [][]int32{{0, 1}}}), "first", "second")
		if s := t.service.Stats(); s.Opened != 1 || s.Blocks != 2 || s.Bytes != 11 {
			t.Errorf("%+v", s)
		}
	})
}

func TestEBH11FetchShuffleBlocksInBatch(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.write(0, "one", "three", "66", "not asked for")
		t.want(t.open(blockwire.FetchShuffleBlocks{AppID: appID, ExecID: execID, MapIDs: []int64{0}, ReduceIDs: [][]int32{{0, 3}}, BatchFetchEnabled: true}), "onethree66")
		if s := t.service.Stats(); s.Opened != 1 || s.Chunks != 1 || s.Blocks != 3 || s.Bytes != 10 {
			t.Errorf("%+v", s)
		}
	})
}

func TestEBH12OpenDiskPersistedRDDBlocks(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.put("rdd_0_0", "zero")
		t.put("rdd_0_1", "one")
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"rdd_0_0", "rdd_0_1"}}), "zero", "one")
	})
}

func TestEBH13OpenDiskPersistedRDDBlocksWithMissingBlock(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		t.put("rdd_0_0", "zero")
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{"rdd_0_0", "rdd_0_1"}}), "zero", "…Chunk was not found")
	})
}

func TestEBH14BadMessages(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		for _, body := range [][]byte{{}, {0x12, 0x34, 0x56}, {100}, {byte(blockwire.TypeOpenBlocks), 0, 0, 0, 200}, bytes.Repeat([]byte{0xff}, 1000)} {
			if got, err := t.askBytes(body); err == nil {
				t.Errorf("%x: %q", body, got)
			}
		}
		_, err := t.ask(blockwire.UploadBlock{AppID: appID, ExecID: execID, BlockID: "b", BlockData: []byte("x")})
		if err == nil || !strings.Contains(err.Error(), "java.lang.UnsupportedOperationException: Unexpected message") {
			t.Error(err)
		}
		t.register(execID) // on the same connection
	})
}

func TestEBH15FinalizeShuffleMerge(t *testing.T) {
	inWorlds(t, external.Config{Merger: fakeMerger{}}, func(t *stage) {
		body, err := t.ask(blockwire.FinalizeShuffleMerge{AppID: appID, AppAttemptID: 1, ShuffleID: 7, ShuffleMergeID: 3})
		if err != nil {
			t.Fatal(err)
		}
		want := fakeStatuses(7, 3).Append(nil)
		if !bytes.Equal([]byte(body), want) {
			t.Errorf("%x, want %x", body, want)
		}
	})
}

func TestEBH16FetchMergedBlocksMeta(t *testing.T) {
	inWorlds(t, external.Config{Merger: fakeMerger{}}, func(t *stage) {
		for reduce, want := range []int32{1, 3, 5} {
			cb := metaCallback{t.callback()}
			if _, err := t.client.SendMergedBlockMetaReq(t.ctx, appID, 0, 0, int32(reduce), cb); err != nil {
				t.Fatal(err)
			}
			if got, err := cb.wait(); err != nil || got != metaText(want, []byte("bitmaps")) {
				t.Errorf("reducer %d: %q, %v", reduce, got, err)
			}
		}
	})
}

func TestEBH17OpenBlocksWithShuffleChunks(t *testing.T) {
	inWorlds(t, external.Config{Merger: fakeMerger{}}, func(t *stage) {
		t.want(t.open(blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: []string{
			"shuffleChunk_0_0_0_0", "shuffleChunk_0_0_0_1", "shuffleChunk_0_0_1_0", "shuffleChunk_0_0_1_1",
		}}), "0.0.0", "0.0.1", "0.1.0", "0.1.1")
		if s := t.service.Stats(); s.Opened != 1 || s.Blocks != 4 || s.Bytes != 20 {
			t.Errorf("%+v", s)
		}
	})
}

func TestEBH18FetchShuffleChunks(t *testing.T) {
	inWorlds(t, external.Config{Merger: fakeMerger{}}, func(t *stage) {
		t.want(t.open(blockwire.FetchShuffleBlockChunks{
			AppID: appID, ExecID: execID, ReduceIDs: []int32{0, 1}, ChunkIDs: [][]int32{{0, 1}, {0, 1}},
		}), "0.0.0", "0.0.1", "0.1.0", "0.1.1")
	})
}
