// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

// A cell is one thing that is measured.
type cell struct {
	name           string
	stack          stack
	server, client string // roles
	outstanding    int
	block          int // bytes in each block of the file, where one is served
	each           int // blocks in one call; 0: a call is no fetch
}

// calls is how many of what is counted one call stands for.
func (c cell) calls() int { return max(1, c.each) }

type stack int

const (
	spark stack = iota + 1
	ours
)

func (s stack) String() string {
	if s == spark {
		return "Spark"
	}
	return "ours"
}

// groups are the cells that are compared with each other; Spark's is the first of each.
var groups = [][]cell{
	{
		{name: "ask 64 B []byte, 64 outstanding, callbacks", stack: spark, server: "ask-server", client: "ask-client", outstanding: 64},
		{name: "ask 64 B []byte through CBOR, 64 callers", stack: ours, server: "ask-server", client: "ask-client", outstanding: 64},
		{name: "ask 64 B encoding itself, 64 callers", stack: ours, server: "ask-server", client: "ask-self-client", outstanding: 64},
	},
	{
		{name: "ask 64 B []byte, 1 outstanding, callbacks", stack: spark, server: "ask-server", client: "ask-client", outstanding: 1},
		{name: "ask 64 B []byte through CBOR, 1 caller", stack: ours, server: "ask-server", client: "ask-client", outstanding: 1},
	},
	{
		{name: "sendRpc 64 B, 64 outstanding, callbacks", stack: spark, server: "rpc-server", client: "rpc-client", outstanding: 64},
		{name: "sendRpc 64 B, 64 callers", stack: ours, server: "rpc-server", client: "rpc-client", outstanding: 64},
		{name: "sendRpc 64 B, 64 outstanding, callbacks", stack: ours, server: "rpc-server", client: "rpc-callback-client", outstanding: 64},
	},
	{
		{name: "sendRpc 64 B, 1 outstanding, callbacks", stack: spark, server: "rpc-server", client: "rpc-client", outstanding: 1},
		{name: "sendRpc 64 B, 1 outstanding, callbacks", stack: ours, server: "rpc-server", client: "rpc-callback-client", outstanding: 1},
	},
	chunksOf("4 KiB", 4<<10, 64), chunksOf("64 KiB", 64<<10, 8), chunksOf("1 MiB", 1<<20, 8),
	blocksOf("an executor", executorServer, "4 KiB", 4<<10), blocksOf("an executor", executorServer, "64 KiB", 64<<10),
	blocksOf("a shuffle service", serviceServer, "4 KiB", 4<<10), blocksOf("a shuffle service", serviceServer, "64 KiB", 64<<10),
}

// The roles of those who serve what maps have written.
const (
	executorServer = "executor-server" // by its own block manager
	serviceServer  = "service-server"  // what executors have registered
)

// ofMaps says that the cell's blocks are those that maps have written.
func (c cell) ofMaps() bool { return c.server == executorServer || c.server == serviceServer }

// chunksOf compares chunks of one size on a transport client.
func chunksOf(name string, block, outstanding int) []cell {
	c := cell{
		name: fmt.Sprintf("fetchChunk %s, %d outstanding, callbacks", name, outstanding), stack: spark,
		server: "fetch-server", client: "fetch-client", outstanding: outstanding, block: block, each: 1,
	}
	return []cell{c, c.by(ours, c.name)}
}

// blocksOf compares blocks of one size through all there is, the thousand of a map a fetch and one fetch after another.
func blocksOf(of, server, name string, block int) []cell {
	c := cell{
		name: fmt.Sprintf("OneForOneBlockFetcher, 1000 blocks of %s of %s", name, of), stack: spark,
		server: server, client: "blocks-client", outstanding: 1, block: block, each: 1000,
	}
	return []cell{c, c.by(ours, fmt.Sprintf("FetchBlocks, 1000 blocks of %s of %s", name, of))}
}

// by is the same cell of another stack.
func (c cell) by(s stack, name string) cell {
	c.stack, c.name = s, name
	return c
}
