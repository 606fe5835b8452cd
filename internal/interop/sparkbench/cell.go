// SPDX-License-Identifier: Apache-2.0

package main

// A cell is one thing that is measured.
type cell struct {
	name           string
	stack          stack
	server, client string // roles
	outstanding    int
}

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
		{"ask 64 B []byte, 64 outstanding, callbacks", spark, "ask-server", "ask-client", 64},
		{"ask 64 B []byte through CBOR, 64 callers", ours, "ask-server", "ask-client", 64},
		{"ask 64 B encoding itself, 64 callers", ours, "ask-server", "ask-self-client", 64},
	},
	{
		{"ask 64 B []byte, 1 outstanding, callbacks", spark, "ask-server", "ask-client", 1},
		{"ask 64 B []byte through CBOR, 1 caller", ours, "ask-server", "ask-client", 1},
	},
	{
		{"sendRpc 64 B, 64 outstanding, callbacks", spark, "rpc-server", "rpc-client", 64},
		{"sendRpc 64 B, 64 callers", ours, "rpc-server", "rpc-client", 64},
		{"sendRpc 64 B, 64 outstanding, callbacks", ours, "rpc-server", "rpc-callback-client", 64},
	},
	{
		{"sendRpc 64 B, 1 outstanding, callbacks", spark, "rpc-server", "rpc-client", 1},
		{"sendRpc 64 B, 1 outstanding, callbacks", ours, "rpc-server", "rpc-callback-client", 1},
	},
}
