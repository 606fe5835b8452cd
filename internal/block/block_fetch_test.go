// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// meter is a service that notes how much is asked for at a time and was not handed over.
type meter struct {
	api.BlockTransferService
	sizes map[string]int64

	mu              sync.Mutex // never held across a call on the seam
	bytes, requests int64
	mostBytes       int64
	mostRequests    int64
	at              map[string]int // blocks of each source
	mostAt          int
	toFiles         []string
}

func (m *meter) FetchBlocks(ctx context.Context, from api.RpcAddress, execID string, ids []string, l api.BlockFetchingListener) {
	m.ask(1, ids)
	m.BlockTransferService.FetchBlocks(ctx, from, execID, ids, l)
}

func (m *meter) FetchBlocksToFiles(ctx context.Context, from api.RpcAddress, execID string, ids []string, files api.DownloadFileManager, l api.BlockFetchingListener) {
	m.mu.Lock()
	m.toFiles = append(m.toFiles, ids...)
	m.mu.Unlock()
	m.BlockTransferService.FetchBlocksToFiles(ctx, from, execID, ids, files, l)
}

func (m *meter) ask(requests int64, ids []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests += requests
	for _, id := range ids {
		m.bytes += m.sizes[id]
		m.at[sourceOf(id)]++
		m.mostAt = max(m.mostAt, m.at[sourceOf(id)])
	}
	m.mostBytes, m.mostRequests = max(m.mostBytes, m.bytes), max(m.mostRequests, m.requests)
}

// took counts a block out.
func (m *meter) took(id string) {
	m.mu.Lock()
	m.bytes -= m.sizes[id]
	m.at[sourceOf(id)]--
	m.mu.Unlock()
}

// sourceOf is the source of a block of many.
func sourceOf(id string) string { return id[:len("shuffle_0")] }

// many makes n blocks of three sizes at two services and returns what a fetch needs to know of them.
func (s *stage) many(n int) (*meter, []api.BlockSource, map[string]string) {
	s.Helper()
	m := &meter{BlockTransferService: s.service(s.near, api.BlockTransferConfig{}, noBlocks{}), sizes: map[string]int64{}, at: map[string]int{}}
	want := map[string]string{}
	var sources []api.BlockSource
	for at := range 2 {
		blocks := &store{blocks: map[string]api.ManagedBuffer{}}
		source := api.BlockSource{ExecID: fmt.Sprint(at)}
		for i := range n {
			id := fmt.Sprintf("shuffle_%d_%d_0", at, i)
			data := random([]int{100, 2000, 9000}[i%3])
			blocks.blocks[id] = api.NewBytesBuffer(data)
			sum, err := api.CRC32C.Sum(blocks.blocks[id])
			if err != nil {
				s.Fatal(err)
			}
			want[id], m.sizes[id] = string(data), int64(len(data))
			source.Blocks = append(source.Blocks, api.BlockInfo{ID: id, Size: int64(len(data)), Algorithm: api.CRC32C, Checksum: sum})
		}
		source.From = s.service(s.far, api.BlockTransferConfig{}, blocks).Address()
		sources = append(sources, source)
	}
	return m, sources, want
}

// TestBlockFetch: every block comes once, with its bytes, and no more is in flight than was allowed.
func TestBlockFetch(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, sources, want := s.many(40)
		all := len(want)
		got := 0
		for b, err := range (api.BlockFetch{Service: m, Sources: sources, MaxBytesInFlight: 20_000, MaxRequestsInFlight: 7}).All(s.ctx) {
			if err != nil {
				s.Fatal(b.ID, err)
			}
			data, err := b.Data.Bytes()
			if err != nil || string(data) != want[b.ID] {
				s.Errorf("%s: %d bytes, or others than its own: %v", b.ID, len(data), err)
			}
			delete(want, b.ID)
			m.took(b.ID)
			got++
		}
		if got != all || len(want) != 0 {
			s.Errorf("%d blocks came, of %d", got, all)
		}
		if m.mostBytes > 20_000 || m.mostBytes < 9_000 {
			s.Errorf("%d bytes were in flight", m.mostBytes)
		}
	})
}

// TestBlockFetchLimits: the number of requests and of the blocks of one source is kept.
func TestBlockFetchLimits(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, sources, want := s.many(10)
		for b, err := range (api.BlockFetch{Service: m, Sources: sources, MaxBlocksPerSource: 2}).All(s.ctx) {
			if err != nil {
				s.Fatal(err)
			}
			delete(want, b.ID)
			m.took(b.ID)
		}
		if len(want) != 0 || m.requests < 10 || m.mostAt != 2 {
			s.Errorf("%d blocks are missing after %d requests, %d blocks at a time of one source", len(want), m.requests, m.mostAt)
		}
		one, sources, want := s.many(10)
		for b := range (api.BlockFetch{Service: one, Sources: sources, MaxBytesInFlight: 1, MaxRequestsInFlight: 1}).All(s.ctx) {
			one.mu.Lock()
			one.requests--
			one.mu.Unlock()
			delete(want, b.ID)
		}
		if one.mostRequests != 1 || len(want) != 0 {
			s.Errorf("%d requests at a time, %d blocks are missing", one.mostRequests, len(want))
		}
	})
}

// TestBlockFetchListedTwice: a block that is listed more than once comes as often, and counts each time as it was listed;
// what is behind it is fetched.
func TestBlockFetchListedTwice(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, sources, _ := s.many(3)
		from := sources[0]
		twice, other := from.Blocks[0], from.Blocks[1]
		twice.Size = 20
		first := twice
		first.Size, other.Size = 40, 1000
		from.Blocks = []api.BlockInfo{first, twice, other}
		ctx, cancel := api.WithTimeout(s.ctx, s.rt, 30*time.Second) // a hang is a failure
		defer cancel()
		var got []string
		for b, err := range (api.BlockFetch{Service: m, Sources: []api.BlockSource{from}, MaxBytesInFlight: 1000}).All(ctx) {
			if err != nil {
				s.Error(b.ID, err)
			}
			got = append(got, b.ID)
		}
		slices.Sort(got)
		if want := []string{first.ID, first.ID, other.ID}; !slices.Equal(got, want) {
			s.Errorf("%v came, want %v", got, want)
		}
	})
}

// TestBlockFetchToFiles: large blocks go into files, which are gone soon after the loop has gone on.
func TestBlockFetchToFiles(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, sources, want := s.many(6)
		files, left := s.temp(s.near, s.near.files)
		for b, err := range (api.BlockFetch{Service: m, Sources: sources, Files: files, MaxBlockInMemory: 3000}).All(s.ctx) {
			if err != nil {
				s.Fatal(err)
			}
			_, isFile := b.Data.(*api.FileSegment)
			if data, err := b.Data.Bytes(); err != nil || string(data) != want[b.ID] || isFile != (len(data) > 3000) {
				s.Errorf("%s: %d bytes, in a file %v, %v", b.ID, len(data), isFile, err)
			}
		}
		s.until("the end of the files", func() bool { return len(left()) == 0 })
		if len(m.toFiles) != 4 {
			s.Errorf("into files went %v", m.toFiles)
		}
	})
}

// TestBlockFetchIsLeft: who leaves the loop, or whose context ends, leaves nothing behind; the stage looks for buffers.
func TestBlockFetchIsLeft(t *testing.T) {
	inWorlds(t, func(s *stage) {
		m, sources, _ := s.many(20)
		for _, err := range (api.BlockFetch{Service: m, Sources: sources}).All(s.ctx) {
			if err != nil {
				s.Error(err)
			}
			break
		}
		ctx, cancel := api.WithCancel(s.ctx, s.rt)
		n, failed := 0, 0
		for _, err := range (api.BlockFetch{Service: m, Sources: sources, MaxBytesInFlight: 10_000}).All(ctx) {
			if n++; n == 3 {
				cancel()
			}
			if err != nil {
				failed++
				if !errors.Is(err, context.Canceled) {
					s.Error(err)
				}
			}
		}
		if n != 40 || failed == 0 {
			s.Errorf("%d blocks ended, %d failed", n, failed)
		}
	})
}

// fickle is a block manager whose block is broken at first.
type fickle struct {
	noBlocks
	mu     sync.Mutex // never held across a call on the seam
	broken int        // how often
	cause  api.CorruptionCause
}

func (f *fickle) GetBlockData(string) (api.ManagedBuffer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken--; f.broken >= 0 {
		return api.NewBytesBuffer([]byte("brokem")), nil
	}
	return api.NewBytesBuffer([]byte("broken")), nil
}

func (f *fickle) DiagnoseCorruption(api.CorruptBlock) api.CorruptionCause { return f.cause }

// TestBlockFetchChecks: a block that arrives broken is fetched once more; then somebody has to say why.
func TestBlockFetchChecks(t *testing.T) {
	inWorlds(t, func(s *stage) {
		for times, want := range []api.CorruptionCause{api.ChecksumVerifyPass, api.ChecksumVerifyPass, api.DiskIssue} {
			for _, algorithm := range []api.ChecksumAlgorithm{api.Adler32, api.CRC32, api.CRC32C} {
				sum, err := algorithm.Sum(api.NewBytesBuffer([]byte("broken")))
				if err != nil {
					s.Fatal(err)
				}
				svc := s.service(s.near, api.BlockTransferConfig{}, noBlocks{})
				from := s.service(s.far, api.BlockTransferConfig{}, &fickle{broken: times, cause: want}).Address()
				source := api.BlockSource{From: from, Blocks: []api.BlockInfo{{ID: "shuffle_0_0_0", Size: 6, Algorithm: algorithm, Checksum: sum}}}
				n := 0
				for b, err := range (api.BlockFetch{Service: svc, Sources: []api.BlockSource{source}}).All(s.ctx) {
					n++
					corrupt, found := errors.AsType[*api.CorruptBlockError](err)
					if found != (times == 2) || found && (corrupt.Cause != want || corrupt.Want != sum || corrupt.Checksum == sum || b.Data != nil) {
						s.Errorf("broken %d times: %v", times, err)
					}
				}
				if n != 1 {
					s.Errorf("broken %d times: %d outcomes", times, n)
				}
			}
		}
	})
}
