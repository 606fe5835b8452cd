// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/token"
	"slices"
)

// A gate says which names of a package may be used. With only, nothing else
// may; with ban, everything else may.
type gate struct {
	only    []string
	ban     map[string]string // name to what to use instead
	instead string            // for names that only does not list
}

// refuses says what stands in the way of a name, and what to use instead.
func (g gate) refuses(name string) (instead string, refused bool) {
	if g.ban != nil {
		instead, refused = g.ban[name]
		return instead, refused
	}
	return g.instead, !slices.Contains(g.only, name)
}

// closed says that no name of the package may be used: the import itself is wrong.
func (g gate) closed() bool { return g.ban == nil && len(g.only) == 0 }

// gated reports what a file takes from packages behind a gate.
func gated(s *source, gates map[string]gate) []finding {
	var found []finding
	for _, spec := range s.file.Imports {
		p := importPath(spec)
		g, ok := gates[p]
		if ok && g.closed() {
			found = append(found, s.at(spec.Pos(), "import of "+p, g.instead))
		}
		if ok && spec.Name != nil && spec.Name.Name == "." {
			found = append(found, s.at(spec.Pos(), "dot import of "+p, "a named import, so that this test can see what is used"))
		}
	}
	s.selectors(func(pkg, name string, pos token.Pos) {
		g, ok := gates[pkg]
		if !ok || g.closed() {
			return
		}
		if instead, refused := g.refuses(name); refused {
			found = append(found, s.at(pos, pkg+"."+name, instead))
		}
	})
	return found
}

// pureNet is what may be used of package net outside netty and cmd: types and pure functions.
func pureNet() gate {
	return gate{
		only: []string{
			"Conn", "Listener", "Addr", "Error", "ErrClosed", "OpError", "AddrError", "Buffers",
			"SplitHostPort", "JoinHostPort", "ParseIP",
		},
		instead: "api.Network; sockets and names of the machine belong to netty and cmd",
	}
}

// confirmFile is the one file below cmd that starts processes: a test runs its seeds again in one of its own.
const confirmFile = "simulator/confirm.go"

func machineRules() []rule {
	program := func(s *source) bool { return !s.test && !within(s.pkg, "cmd") && !tooling(s.pkg) }
	stack := func(s *source) bool { return program(s) && !within(s.pkg, "netty") }
	return []rule{
		{"sockets belong to netty", eachFile(stack, func(s *source) []finding {
			return gated(s, map[string]gate{
				"net":        pureNet(),
				"net/http":   {instead: "api.Network, or cmd"},
				"os/signal":  {instead: "netty or cmd"},
				"crypto/tls": {instead: "a Network decorator in netty: TLS is not simulated"},
				"syscall":    {only: []string{"ENOSPC", "EMFILE", "ENFILE", "EINVAL", "ENAMETOOLONG", "EISDIR", "ENOTDIR", "ENOTEMPTY"}, instead: "netty, or an optional ability of a connection"},
			})
		})},
		{"processes belong to cmd", eachFile(program, func(s *source) []finding {
			if s.path == confirmFile {
				return nil
			}
			return gated(s, map[string]gate{"os/exec": {instead: "cmd starts processes"}})
		})},
	}
}
