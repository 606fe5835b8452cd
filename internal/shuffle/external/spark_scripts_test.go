// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"strings"

	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// registerSparkExecutor makes exec0 of app0, with two maps of shuffle 0 whose blocks are named after map and reducer.
func (t *stage) registerSparkExecutor() {
	t.Helper()
	if _, err := t.ask(register0); err != nil {
		t.Fatal(err)
	}
	dirs := shuffle.Dirs{SubDirs: 64, Local: []shuffle.Dir{{Files: t.files, Name: "exec0", Path: "/data/exec0"}}}
	for m, blocks := range [][]string{{"m0r0", "m0r1"}, {"m1r0", "m1r1"}} {
		t.writeOutput(dirs, shuffle.MapOutput{Map: int64(m)}, blocks...)
	}
}

// register0 registers the executor of the scripts.
var register0 = blockwire.RegisterExecutor{AppID: "app0", ExecID: "exec0", LocalDirs: []string{"/data/exec0"}, SubDirsPerLocalDir: 64, ShuffleManager: "sort"}

// script is what the stranger sends in an entry of testdata/errors.json, as its text there describes it.
func script(name string) []wire.Message {
	if id, ok := strings.CutPrefix(name, "stream_"); ok && name != "stream_handle" {
		return []wire.Message{wire.StreamRequest{StreamID: id}}
	}
	if id, ok := strings.CutPrefix(name, "open_blocks_"); ok && id != "empty" && id != "mixed_shuffles" {
		return []wire.Message{openBlocks("exec0", id)}
	}
	return scripts[name]
}

func openBlocks(exec string, ids ...string) wire.Message {
	return request(blockwire.OpenBlocks{AppID: "app0", ExecID: exec, BlockIDs: ids})
}

func fetchBlocks(exec string, reducer int32, maps ...int64) wire.Message {
	m := blockwire.FetchShuffleBlocks{AppID: "app0", ExecID: exec, MapIDs: maps}
	for range maps {
		m.ReduceIDs = append(m.ReduceIDs, []int32{reducer})
	}
	return request(m)
}

func chunk(i int32) wire.Message { return wire.ChunkFetchRequest{ChunkIndex: i} }

func body(b ...byte) wire.Message { return wire.RpcRequest{RequestID: 1, Body: b} }

func localDirsOf(execs ...string) wire.Message {
	return request(blockwire.GetLocalDirsForExecutors{AppID: "app0", ExecIDs: execs})
}

func uploadOf(m blockwire.Message) wire.Message {
	return wire.UploadStream{RequestID: 1, Meta: m.Append(nil), BodyByteCount: 0}
}

// scripts are those that their names do not tell.
var scripts = map[string][]wire.Message{
	"register_executor":                 {request(register0)},
	"chunks_in_order":                   {fetchBlocks("exec0", 1, 0, 1), chunk(0), chunk(1)},
	"chunk_out_of_order":                {fetchBlocks("exec0", 1, 0, 1), chunk(1)},
	"chunk_again":                       {fetchBlocks("exec0", 1, 0, 1), chunk(0), chunk(0)},
	"chunk_beyond_end":                  {fetchBlocks("exec0", 1, 0, 1), chunk(0), chunk(1), chunk(2)},
	"chunk_unknown_stream":              {wire.ChunkFetchRequest{StreamID: 5}},
	"mixed_chunk_and_stream":            {fetchBlocks("exec0", 1, 0, 1), chunk(0), wire.StreamRequest{StreamID: "N_1"}},
	"unregistered_executor":             {fetchBlocks("exec9", 1, 0, 1), chunk(0)},
	"unregistered_executor_open_blocks": {openBlocks("exec9", "shuffle_0_0_1"), chunk(0)},
	"missing_index_file":                {fetchBlocks("exec0", 1, 9), chunk(0)},
	"missing_index_file_stream":         {fetchBlocks("exec0", 1, 9), wire.StreamRequest{StreamID: "N_0"}},
	"reducer_beyond_index":              {fetchBlocks("exec0", 50, 0), chunk(0)},
	"missing_rdd_block":                 {openBlocks("exec0", "rdd_7_7"), chunk(0)},
	"open_blocks_empty":                 {openBlocks("exec0")},
	"open_blocks_mixed_shuffles":        {openBlocks("exec0", "shuffle_0_0_0", "shuffle_1_0_0")},
	"fetch_no_maps":                     {fetchBlocks("exec0", 1)},
	"upload_block":                      {request(blockwire.UploadBlock{AppID: "app0", ExecID: "exec0", BlockID: "b"})},
	"stream_handle":                     {request(blockwire.StreamHandle{StreamID: 1, NumChunks: 1})},
	"message_type_200":                  {body(200)},
	"message_type_4":                    {request(blockwire.RegisterDriver{AppID: "app0", HeartbeatTimeoutMs: 1})},
	"message_empty":                     {body()},
	"message_truncated":                 {body(0, 0, 0)},
	"message_negative_count":            {body(0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)},
	"one_way_garbage":                   {wire.OneWayMessage{Body: []byte{200}}},
	"local_dirs_unregistered":           {localDirsOf("exec0", "exec9")},
	"local_dirs_duplicate":              {localDirsOf("exec0", "exec0")},
	"merged_meta_no_push":               {wire.MergedBlockMetaRequest{RequestID: 1, AppID: "app0"}},
	"finalize_no_push":                  {request(blockwire.FinalizeShuffleMerge{AppID: "app0"})},
	"push_no_push":                      {uploadOf(blockwire.PushBlockStream{AppID: "app0"})},
	"upload_stream_wrong_meta":          {uploadOf(blockwire.UploadBlockStream{BlockID: "rdd_1_1"})},
	"diagnose_unregistered":             {request(blockwire.DiagnoseCorruption{AppID: "app0", ExecID: "exec9", Algorithm: "ADLER32"})},
}
