// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"

	"github.com/twinwire/twinwire/internal/bench/blockpeer"
)

// outstanding is how many blocks are asked for at a time.
const outstanding = 8

// manySmall is how many blocks of 1 KiB are fetched, and sameBytes how many of 64 KiB hold as much.
const (
	manySmall = 100_000
	sameBytes = manySmall / 64
)

// blockCells are the cells of the verb block.
func blockCells() []cell {
	ours := []string{blockpeer.Service, blockpeer.Chunks}
	all := slices.Concat(ours, []string{blockpeer.RawSendfile, blockpeer.RawPread, blockpeer.RawWrite, blockpeer.GRPC})
	reno := []string{blockpeer.RawSendfileReno, blockpeer.RawPreadReno} // for information
	pulled := func(name string, block, bytes int64, peers []string) cell {
		return cell{name: name, kind: pull, payload: int(block), callers: outstanding, blocks: bytes / block, peers: peers}
	}
	written := pulled("file", 1<<20, dataSize, slices.Concat(ours, []string{blockpeer.RawSendfile, blockpeer.RawSendfileReno}))
	written.kind = save
	small := pulled("100k", 1<<10, manySmall<<10, []string{blockpeer.Service, blockpeer.HTTPBlocks})
	like := pulled("same", 64<<10, sameBytes*64<<10, []string{blockpeer.Service})
	small.callers, like.callers = manySmall, sameBytes
	vast := cell{name: "20GiB", kind: pull, payload: sparseSize, callers: 1, blocks: 1, once: true, sparse: true, peers: []string{blockpeer.Chunks}}
	vastFile := vast
	vastFile.name, vastFile.kind, vastFile.peers = "20GiB-file", save, []string{blockpeer.Service}
	return []cell{
		pulled("64KiB", 64<<10, dataSize, slices.Concat(all, reno)),
		pulled("256KiB", 256<<10, dataSize, slices.Concat(all, reno)),
		pulled("1MiB", 1<<20, dataSize, slices.Concat(all, reno, []string{blockpeer.GRPCReno, blockpeer.HTTPRange, blockpeer.HTTPRangeReno})),
		pulled("1MiB/256MiB", 1<<20, 256<<20, ours),
		written, small, like, vast, vastFile,
	}
}
