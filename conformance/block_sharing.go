// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"net"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func blockSharing() []Property {
	const family = "block sharing"
	return []Property{
		law(Property{Family: family, Name: "a fetch returns at once and ends through its listener", Clause: "B1", Needs: Blocks}, drawShare, returnsAtOnce),
		law(Property{Family: family, Name: "fetches that share a connection do not mix", Clause: "B5", Needs: Blocks | Plugged}, drawShare, sharedConnection),
		law(Property{Family: family, Name: "a store that blocks holds up one connection", Clause: "B7", Needs: Blocks}, drawShare, blockedStore),
		law(Property{Family: family, Name: "one peer gets no more connections than configured", Clause: "B12", Needs: Blocks | Plugged}, drawShare, fewConnections),
		law(Property{Family: family, Name: "a large upload is read in pieces", Clause: "B17", Needs: Blocks}, drawShare, inPieces),
		law(Property{Family: family, Name: "nothing needs what only some connections can do", Clause: "C8", Needs: Rpc | Blocks | Plugged}, drawShare, plainConnections),
	}
}

type sharePlan struct {
	fetchPlan
	Fetches int
	Listens bool // somebody listens where blocks are asked for
}

func drawShare(t *rapid.T) sharePlan {
	return sharePlan{
		fetchPlan: drawFetch(t),
		Fetches:   rapid.IntRange(1, 4).Draw(t, "fetches"),
		Listens:   rapid.Bool().Draw(t, "listens"),
	}
}

// gated is a listener whose callbacks wait until the fetch has returned.
type gated struct {
	*blockListener
	open *api.Queue[int]
}

func (g gated) wait() {
	if _, err := g.open.Get(g.t.ctx); err != nil {
		g.t.errorf("FetchBlocks waits for its listener: %v", err)
	}
}

func (g gated) OnBlockFetchSuccess(id string, data api.ManagedBuffer) {
	g.wait()
	g.blockListener.OnBlockFetchSuccess(id, data)
}

func (g gated) OnBlockFetchFailure(id string, cause error) {
	g.wait()
	g.blockListener.OnBlockFetchFailure(id, cause)
}

func returnsAtOnce(t *trial, p sharePlan) {
	p.Retries = -1
	pair := t.blockPair(p.config(nil))
	ids := pair.fill(p.IDs, p.Sizes)
	from := pair.serverSvc.Address()
	if !p.Listens {
		var err error
		from, err = api.ParseRpcAddress(pair.server.Address(nobodysPort))
		t.must(err, "parse an address")
	}
	l := gated{pair.listen(ids), api.NewQueue[int](pair.client.Runtime(), 0)}
	t.on(pair.client, "fetch", func() {
		pair.clientSvc.FetchBlocks(t.ctx, from, "exec-1", ids, l)
		for range ids {
			t.must(l.open.Put(t.ctx, 0), "let the listener hear")
		}
	})
	t.until("each block's outcome", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if (h.err == nil) != p.Listens {
			t.errorf("block %s, where somebody listens: %v, ended with: %v", h.id, p.Listens, h.err)
		}
	}
}

// fetchAll fetches everything some times at once, and wants all of it.
func (p *blockPair) fetchAll(ids []string, fetches int) {
	var all []*blockListener
	for range fetches {
		l := p.listen(ids)
		all = append(all, l)
		p.t.goOn(p.client, "fetch", func() { p.clientSvc.FetchBlocks(p.t.ctx, p.serverSvc.Address(), "exec-1", ids, l) })
	}
	p.t.join()
	for _, l := range all {
		p.t.until("every block", l.all)
		for _, h := range l.hearings() {
			if h.err != nil {
				p.t.errorf("block %s did not come over a network that loses nothing: %v", h.id, h.err)
			}
		}
	}
}

func sharedConnection(t *trial, p sharePlan) {
	n := t.tamper(t.world.Host("client"), tampering{})
	p.PerPeer = 1
	pair := t.blockPair(p.config(n))
	pair.store.again = true
	pair.fetchAll(pair.fill(p.IDs, p.Sizes), p.Fetches+1)
	if made := n.attempts(); made != 1 {
		t.errorf("%d fetches took %d connections", p.Fetches+1, made)
	}
}

func fewConnections(t *trial, p sharePlan) {
	n := t.tamper(t.world.Host("client"), tampering{})
	pair := t.blockPair(p.config(n))
	pair.store.again = true
	ids := pair.fill(p.IDs, p.Sizes)
	for range 4 {
		pair.fetchAll(ids, p.Fetches)
	}
	if made := n.attempts(); made > p.PerPeer {
		t.errorf("%d connections were made to one peer, which gets %d", made, p.PerPeer)
	}
}

func blockedStore(t *trial, p sharePlan) {
	pair := t.blockPair(p.config(nil))
	ids := pair.fill(p.IDs, p.Sizes)
	gate := api.NewQueue[int](pair.server.Runtime(), 0)
	t.record(func() { pair.store.gate, pair.store.gated = gate, ids[0] })
	stuck := pair.fetch(t.ctx, ids[:1])
	t.until("the store to block", func() bool { return pair.store.gets[ids[0]] > 0 })
	other := &blockPair{t: t, server: pair.server, client: t.world.Host("other"), serverSvc: pair.serverSvc, store: pair.store}
	other.clientSvc = t.blocks(other.client, p.config(nil), t.blockStore(other.client))
	if len(ids) > 1 {
		other.fetchAll(ids[1:], 1)
	}
	if n := len(stuck.hearings()); n != 0 {
		t.errorf("%d blocks came out of a store that blocks", n)
	}
	t.must(gate.Put(t.ctx, 0), "let the store go on")
	t.until("the other block", stuck.all)
}

func inPieces(t *trial, p sharePlan) {
	pair := t.blockPair(api.BlockTransferConfig{MaxBlockInMemory: 1_000})
	const size = 1 << 20
	disk := &shelf{t: t, files: map[string]string{"/large": string(content("large", size))}}
	t.on(pair.client, "upload", func() {
		for i := range p.Fetches {
			seg := api.NewFileSegment(disk, "/large", int64(i), size-int64(i))
			t.must(pair.clientSvc.UploadBlock(t.ctx, pair.serverSvc.Address(), "exec-1", p.IDs.id(i), seg, nil), "upload")
		}
	})
	t.finish()
	for i, got := range pair.store.uploads() {
		if got.data != disk.files["/large"][i:] {
			t.errorf("a file of %d bytes was stored as %d bytes, or others", size-i, len(got.data))
		}
	}
	if disk.most >= size {
		t.errorf("a file of %d bytes was read %d bytes at once", size, disk.most)
	}
}

// plainConn is a connection that can do what every connection can.
type plainConn struct{ net.Conn }

func plainConnections(t *trial, p sharePlan) {
	client := t.world.Host("client")
	n := t.tamper(client, tampering{})
	n.plain = true
	pair := t.blockPair(p.config(n))
	pair.store.again = true
	pair.fetchAll(pair.fill(p.IDs, p.Sizes), p.Fetches)
	env := t.rpcServer(api.RpcEnvConfig{}, t.desk().endpoint())
	asker := t.env(client, api.RpcEnvConfig{Network: n})
	t.on(client, "ask", func() {
		for i := range p.Fetches {
			t.must(t.ask(t.ctx, asker.EndpointRef(env.address), question{ID: i}), "ask over a plain connection")
		}
	})
}
