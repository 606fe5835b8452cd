// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

// blockPair is a service with blocks, and a service that fetches them.
type blockPair struct {
	t                    *trial
	server, client       Host
	serverSvc, clientSvc api.BlockTransferService
	store                *blockStore
}

// blockPair makes both services. cfg is the client's.
func (t *trial) blockPair(cfg api.BlockTransferConfig) *blockPair {
	return t.blockPairOf(api.BlockTransferConfig{}, cfg)
}

// blockPairOf makes them with a configuration for each.
func (t *trial) blockPairOf(server, client api.BlockTransferConfig) *blockPair {
	p := &blockPair{t: t, server: t.world.Host("server"), client: t.world.Host("client")}
	p.store = t.blockStore(p.server)
	p.serverSvc = t.blocks(p.server, server, p.store)
	p.clientSvc = t.blocks(p.client, client, t.blockStore(p.client))
	return p
}

// blocks makes a service of h by a task of h, and has it closed at the end.
func (t *trial) blocks(h Host, cfg api.BlockTransferConfig, m api.BlockDataManager) api.BlockTransferService {
	cfg.Bind = h.Address(0)
	var svc api.BlockTransferService
	t.on(h, "make the block service of "+h.Name(), func() {
		var err error
		svc, err = h.NewBlockTransferService(cfg, m)
		t.must(err, "make a block service")
	})
	t.atEnd(h, "close the block service of "+h.Name(), func() error { return svc.Close(t.ctx) })
	return svc
}

// fetch asks the server for blocks by a task of the client. It does not wait for them.
func (p *blockPair) fetch(ctx context.Context, ids []string) *blockListener {
	return p.fetchFrom(ctx, p.serverSvc.Address(), ids)
}

func (p *blockPair) fetchFrom(ctx context.Context, from api.RpcAddress, ids []string) *blockListener {
	l := p.listen(ids)
	p.t.on(p.client, "fetch", func() { p.clientSvc.FetchBlocks(ctx, from, "exec-1", ids, l) })
	return l
}

// listen makes the listener of a fetch.
func (p *blockPair) listen(ids []string) *blockListener {
	l := &blockListener{t: p.t, rt: p.client.Runtime(), store: p.store, ids: ids, left: map[string]int{}}
	for _, id := range ids {
		l.left[id]++
	}
	return l
}

// idKind is a form of block ids. The wire treats shuffle blocks in a way of their own.
type idKind int

const (
	rddIDs       idKind = iota
	shuffleIDs          // those of one map stand together
	mixedMapsIDs        // those of one map stand apart
	idKinds
)

func (k idKind) String() string { return [...]string{"rdd", "shuffle", "shuffle of mixed maps"}[k] }

func (k idKind) id(i int) string {
	switch k {
	case shuffleIDs:
		return fmt.Sprintf("shuffle_1_%d_%d", i/3, i%3)
	case mixedMapsIDs:
		return fmt.Sprintf("shuffle_1_%d_%d", i%3, i/3)
	}
	return fmt.Sprintf("rdd_1_%d", i)
}

// fill puts blocks of these sizes into the store and returns their ids.
func (p *blockPair) fill(k idKind, sizes []int) []string {
	ids := make([]string, len(sizes))
	p.t.record(func() {
		for i, size := range sizes {
			ids[i] = k.id(i)
			p.store.sizes[ids[i]] = size
		}
	})
	return ids
}

// asServed is the order in which blocks are served: as asked for, those of one map of a shuffle together.
func (k idKind) asServed(ids []string) []string {
	if k == rddIDs {
		return ids
	}
	var order []string
	byMap := map[string][]string{}
	for _, id := range ids {
		var shuffle, m, reduce int
		_, _ = fmt.Sscanf(id, "shuffle_%d_%d_%d", &shuffle, &m, &reduce) // made by id
		key := fmt.Sprint(m)
		if byMap[key] == nil {
			order = append(order, key)
		}
		byMap[key] = append(byMap[key], id)
	}
	var served []string
	for _, key := range order {
		served = append(served, byMap[key]...)
	}
	return served
}

type fetchPlan struct {
	conditions
	IDs       idKind
	Sizes     []int // of the blocks, in bytes
	Missing   []int // indices of blocks that are not there
	Twice     []int // indices of blocks that are asked for once more
	Tampering tampering
	PerPeer   int
	Retries   int
	Wait      time.Duration // between attempts
	After     time.Duration // when the plan's event happens
}

// drawFetch draws a fetch over a network that loses nothing.
func drawFetch(t *rapid.T) fetchPlan {
	size := rapid.OneOf(rapid.IntRange(0, 3_000), rapid.SampledFrom([]int{0, 1, 70_000, 200_000}))
	return fetchPlan{
		conditions: drawFair(t),
		IDs:        idKind(rapid.IntRange(0, int(idKinds)-1).Draw(t, "ids")),
		Sizes:      rapid.SliceOfN(size, 1, 12).Draw(t, "sizes"),
		PerPeer:    rapid.IntRange(1, 2).Draw(t, "per peer"),
		Wait:       milliseconds(t, 1, 10, "wait"),
		After:      milliseconds(t, 0, 10, "after"),
	}
}

func drawIndices(t *rapid.T, n int, label string) []int {
	return rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 2).Draw(t, label)
}

// drawMissing adds blocks that are not there.
func drawMissing(t *rapid.T) fetchPlan {
	p := drawFetch(t)
	p.Missing = drawIndices(t, len(p.Sizes), "missing")
	return p
}

// drawCutFetch adds cuts, no more than the retries can mend.
func drawCutFetch(t *rapid.T) fetchPlan {
	p := drawFetch(t)
	total := 0
	for _, size := range p.Sizes {
		total += size + 50
	}
	p.Retries = 3
	p.Tampering.CutRead = rapid.SliceOfN(rapid.IntRange(1, total+200), 0, 2).Draw(t, "cut read")
	p.Tampering.CutWrite = rapid.SliceOfN(rapid.SampledFrom([]int{0, 1, 40, 300}), 0, 1).Draw(t, "cut write")
	return p
}

func (p fetchPlan) config(n api.Network) api.BlockTransferConfig {
	return api.BlockTransferConfig{Network: n, MaxRetries: p.Retries, RetryWait: p.Wait, ConnectionsPerPeer: p.PerPeer}
}
