// SPDX-License-Identifier: Apache-2.0

package blockwire_test

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// A reducer asks for two blocks of one map; the server reads the request.
func Example() {
	body := blockwire.FetchShuffleBlocks{
		AppID: "app", ExecID: "exec-1", ShuffleID: 0,
		MapIDs: []int64{7}, ReduceIDs: [][]int32{{2, 3}},
	}.Append(nil)

	m, err := blockwire.ParseMessage(body)
	if err != nil {
		panic(err)
	}
	request, ok := m.(blockwire.FetchShuffleBlocks)
	fmt.Println(request, ok)
	fmt.Println(blockwire.StreamHandle{StreamID: 1, NumChunks: int32(request.NumBlocks())})
	// Output:
	// FetchShuffleBlocks[appId=app,execId=exec-1,shuffleId=0,mapIds=[7],reduceIds=[[2, 3]],batchFetchEnabled=false] true
	// StreamHandle[streamId=1,numChunks=2]
}
