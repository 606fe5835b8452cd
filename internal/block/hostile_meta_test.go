// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// metaServer answers every question for merged block meta with so many chunks and these bytes.
type metaServer struct {
	scriptedServer
	chunks  int32
	bitmaps []byte
}

var _ transport.MergedBlockMetaHandler = (*metaServer)(nil)

func (m *metaServer) ReceiveMergedBlockMeta(_ *transport.Client, _ wire.MergedBlockMetaRequest, reply transport.MergedBlockMetaReply) {
	reply.Success(m.chunks, api.NewBytesBuffer(m.bitmaps))
}

// TestHostileMergedBlockMeta: an answer that is none is an error that names the block and what is wrong, and costs no more memory
// than its size: a bitmap of ten KiB stands for 67 million maps.
func TestHostileMergedBlockMeta(t *testing.T) {
	var all wire.Bitmap
	all.AddRange(0, 1<<26-1)
	many, two := wire.AppendBitmap(nil, all), wire.AppendBitmap(nil, wire.NewBitmap(1, 2))
	for name, c := range map[string]struct {
		chunks  int32
		bitmaps []byte
		want    string
	}{
		"millions of maps":     {1, many, "more than 16777216 maps in its chunks"},
		"too few":              {1 << 30, two, "1073741824 chunks announced, 1 bitmaps found"},
		"too many":             {1, slices.Concat(two, two), "1 chunks announced, 2 bitmaps found"},
		"a negative number":    {-1, nil, "-1 chunks announced, 0 bitmaps found"},
		"cut short":            {1, two[:len(two)-1], "exceeds writerIndex"},
		"no bitmap":            {1, slices.Repeat([]byte{0xff}, 1000), "bitmap"},
		"a count that is huge": {1, []byte{0x3a, 0x30, 0, 0, 0xff, 0xff, 0xff, 0x7f}, "bitmap"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorlds(t, func(s *stage) {
				client := s.service(s.near, api.BlockTransferConfig{}, noBlocks{})
				at := s.scripted(&metaServer{chunks: c.chunks, bitmaps: c.bitmaps})
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				_, err := client.MergedBlockMeta(s.ctx, at, api.MergedBlock{AppID: "a", ReduceID: 7})
				runtime.ReadMemStats(&after)
				if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "shuffleMerged_0_0_7") {
					s.Error(err)
				}
				if cost := after.TotalAlloc - before.TotalAlloc; cost > 64<<20 {
					s.Errorf("%d bytes for an answer of %d", cost, len(c.bitmaps))
				}
			})
		})
	}
}
