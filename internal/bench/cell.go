// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"

	"github.com/twinwire/twinwire/internal/bench/peer"
)

// kind is what a cell measures.
type kind int

const (
	unary  kind = iota + 1 // echoes of concurrent callers on one connection
	oneway                 // messages without a reply, until the server has acknowledged all
	idle                   // resident memory of a server's idle connections
	pull                   // blocks of a file, dropped where they arrive
	save                   // blocks of a file, written to another
)

// ofBlocks tells what package blockpeer does from what package peer does.
func (k kind) ofBlocks() bool { return k == pull || k == save }

// cell is one thing that is measured for several peers.
type cell struct {
	name    string
	kind    kind
	payload int // bytes in a message
	callers int // or senders; connections of an idle cell; blocks asked for at a time
	oneCore bool
	once    bool  // one round is enough
	blocks  int64 // how many of payload bytes each, of a pull or save cell
	sparse  bool  // they are holes of a file of their own
	peers   []string
}

// rpcCells are the cells of the verb rpc.
func rpcCells() []cell {
	stacks := []string{peer.CBOR, peer.Self, peer.GRPC, peer.NetRPC, peer.DRPC, peer.TTRPC}
	return []cell{
		{name: "64B/1", kind: unary, payload: 64, callers: 1, peers: stacks},
		{name: "64B/64", kind: unary, payload: 64, callers: 64, peers: stacks},
		{name: "64B/512", kind: unary, payload: 64, callers: 512, peers: stacks},
		{name: "4KiB/1", kind: unary, payload: 4 << 10, callers: 1, peers: stacks},
		{name: "4KiB/64", kind: unary, payload: 4 << 10, callers: 64, peers: stacks},
		{name: "4KiB/512", kind: unary, payload: 4 << 10, callers: 512, peers: stacks},
		{name: "core", kind: unary, payload: 64, callers: 1, oneCore: true, peers: []string{peer.CBOR, peer.Self, peer.GRPC, peer.Raw}},
		{name: "oneway/1", kind: oneway, payload: 64, callers: 1, peers: []string{peer.CBOR, peer.Self, peer.GRPC, peer.Raw}},
		{name: "oneway/64", kind: oneway, payload: 64, callers: 64, peers: []string{peer.CBOR, peer.Self, peer.GRPC}},
		{name: "idle", kind: idle, payload: 64, callers: 5000, once: true, peers: []string{peer.CBOR, peer.GRPC}},
	}
}

func cellNames(cells []cell) []string {
	var names []string
	for _, c := range cells {
		names = append(names, c.name)
	}
	return names
}

// chosenCells are those of cells that the options name, with the peers of the options.
func chosenCells(cells []cell, o options) []cell {
	var chosen []cell
	for _, c := range cells {
		c.peers = slices.DeleteFunc(slices.Clone(c.peers), func(p string) bool { return !slices.Contains(o.only, p) })
		if slices.Contains(o.cells, c.name) && len(c.peers) > 0 {
			chosen = append(chosen, c)
		}
	}
	return chosen
}
