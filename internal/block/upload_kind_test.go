// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/api"
)

// kindOf is a block manager that tells how the last block came. The upload's answer comes behind that.
type kindOf struct {
	noBlocks
	kind string
}

func (k *kindOf) PutBlockData(id string, data api.ManagedBuffer, _ []byte) error {
	k.kind = fmt.Sprint("message ", id, " ", data.Size())
	return nil
}

func (k *kindOf) PutBlockDataAsStream(id string, _ []byte) (api.BlockSink, error) {
	return &kindSink{of: k, id: id}, nil
}

type kindSink struct {
	of   *kindOf
	id   string
	size int
}

func (s *kindSink) Write(p []byte) (int, error) { s.size += len(p); return len(p), nil }
func (s *kindSink) Abort(error)                 {}
func (s *kindSink) Commit() error               { s.of.kind = fmt.Sprint("stream ", s.id, " ", s.size); return nil }

// TestUploadKinds: a block above MaxBlockInMemory and every shuffle block goes as a stream, any other inside a message.
func TestUploadKinds(t *testing.T) {
	inWorlds(t, func(s *stage) {
		k := &kindOf{}
		at := s.service(s.far, api.BlockTransferConfig{}, k).Address()
		client := s.service(s.near, api.BlockTransferConfig{MaxBlockInMemory: 1000}, noBlocks{})
		got := map[string]string{}
		for _, b := range []struct {
			id   string
			size int
		}{{"rdd_1_1", 0}, {"rdd_1_2", 1000}, {"rdd_1_3", 1001}, {"shuffle_1_1_1", 0}, {"shuffle_1_1_2", 5}, {"shuffled_1", 5}} {
			if err := client.UploadBlock(s.ctx, at, "1", b.id, api.NewBytesBuffer(random(b.size)), nil); err != nil {
				s.Error(b.id, err)
			}
			got[b.id] = k.kind
		}
		want := map[string]string{
			"rdd_1_1": "message rdd_1_1 0", "rdd_1_2": "message rdd_1_2 1000", "rdd_1_3": "stream rdd_1_3 1001",
			"shuffle_1_1_1": "stream shuffle_1_1_1 0", "shuffle_1_1_2": "stream shuffle_1_1_2 5", "shuffled_1": "message shuffled_1 5",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			s.Error(diff)
		}
	})
}
