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
	fetchesOf("4 KiB", 4<<10), fetchesOf("64 KiB", 64<<10),
	shufflesOf("4 KiB", 4<<10), shufflesOf("64 KiB", 64<<10),
}

// serviceServer is the role of a shuffle service, which serves what maps have written.
const serviceServer = "service-server"

// chunksOf compares chunks of one size on a transport client.
func chunksOf(name string, block, outstanding int) []cell {
	c := cell{
		name: fmt.Sprintf("fetchChunk %s, %d outstanding, callbacks", name, outstanding), stack: spark,
		server: "fetch-server", client: "fetch-client", outstanding: outstanding, block: block, each: 1,
	}
	return []cell{c, c.by(ours, c.name)}
}

// fetchesOf compares blocks of one size through all there is, a thousand a fetch and one fetch after another.
func fetchesOf(name string, block int) []cell {
	c := cell{
		name: "OneForOneBlockFetcher, 1000 blocks of " + name, stack: spark,
		server: "blocks-server", client: "blocks-client", outstanding: 1, block: block, each: 1000,
	}
	return []cell{c, c.by(ours, "FetchBlocks, 1000 blocks of "+name)}
}

// shufflesOf is fetchesOf with the blocks of a map, from a shuffle service.
func shufflesOf(name string, block int) []cell {
	c := cell{
		name: "OneForOneBlockFetcher, 1000 shuffle blocks of " + name, stack: spark,
		server: serviceServer, client: "service-client", outstanding: 1, block: block, each: 1000,
	}
	return []cell{c, c.by(ours, "FetchBlocks, 1000 shuffle blocks of "+name)}
}

// by is the same cell of another stack.
func (c cell) by(s stack, name string) cell {
	c.stack, c.name = s, name
	return c
}
