// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// plants is the proof of the rules: what each must find, and what it must leave alone.
func plants() []plant {
	return slices.Concat(layerPlants(), machinePlants(), seamPlants(), statePlants(), budgetPlants(), formPlants(), unseenPlants())
}

// importing is a file that imports the packages, one a line from line 4 on.
// Names of this module are given from its root.
func importing(name string, paths ...string) map[string]string {
	pkg := path.Base(path.Dir(name))
	if strings.HasSuffix(name, "x_test.go") {
		pkg += "_test"
	}
	text := "package " + pkg + "\n\nimport (\n"
	for _, p := range paths {
		if ours, ok := strings.CutPrefix(p, "./"); ok {
			p = module + "/" + ours
		}
		text += fmt.Sprintf("\t%q\n", p)
	}
	return map[string]string{name: text + ")\n"}
}

func layerPlants() []plant {
	down := func(name string, files map[string]string, want ...string) plant {
		return plant{"imports point down", name, files, want}
	}
	mods := func(name string, files map[string]string, want ...string) plant {
		return plant{"modules stay in their layer", name, files, want}
	}
	return []plant{
		down("api up", importing("api/a.go", "./internal/wire", "./netty"),
			"api/a.go:4: api imports internal/wire", "api/a.go:5: api imports netty"),
		down("internal up", importing("internal/rpc/a.go", "./api", "./internal/wire", "./netty", "./memnet", "./simulator", "./conformance", "./cmd/simctl"),
			"internal imports netty", "internal imports memnet", "internal imports simulator", "internal imports conformance", "internal imports cmd/simctl"),
		down("internal test up", importing("internal/rpc/a_test.go", "./memnet"), "internal imports memnet"),
		down("siblings", importing("netty/a.go", "./memnet", "./internal/rpc", "./api"), "a.go:4: netty imports memnet"),
		down("siblings the other way", importing("memnet/a.go", "./netty"), "memnet imports netty"),
		down("siblings in tests", importing("netty/x_test.go", "./memnet", "./conformance", "./simulator"), "netty imports memnet"),
		down("worlds without suite", importing("netty/a.go", "./conformance", "./simulator"), "netty imports conformance", "netty imports simulator"),
		down("worlds test with the suite", importing("memnet/a_test.go", "./conformance", "./simulator"), "memnet imports simulator"),
		down("simulator", importing("simulator/a.go", "./memnet", "./internal/fault", "./netty", "./conformance"),
			"simulator imports netty", "simulator imports conformance"),
		down("conformance", importing("conformance/a.go", "./api", "./internal/fault", "./internal/wire", "./memnet", "./simulator"),
			"conformance imports internal/wire", "conformance imports memnet", "conformance imports simulator"),
		down("cmd", importing("cmd/simctl/a.go", "./simulator", "./conformance", "./netty", "./memnet", "./internal/wire", "./api")),
		down("example", importing("api/x_test.go", "./simulator", "./netty", "./memnet")),
		down("tooling is nobody's", importing("cmd/simctl/a.go", "./internal/checklist"), "cmd imports internal/checklist"),
		down("tooling", importing("internal/checklist/a.go", "./memnet"), "tooling imports memnet"),
		down("no layer", importing("extra/a.go", "fmt"), "package extra is in no layer"),
		down("a longer name", importing("internal/rpc/a.go", "./apiary"), "internal imports apiary"),

		mods("api", importing("api/a.go", "github.com/pkg/errors", "pgregory.net/rapid", "io"), "api imports pgregory.net/rapid"),
		mods("conformance", importing("conformance/a.go", "github.com/pkg/errors", "pgregory.net/rapid", "github.com/google/go-cmp/cmp", "github.com/alecthomas/kong"),
			"conformance imports github.com/alecthomas/kong"),
		mods("internal", importing("internal/a/a.go", "github.com/fxamacker/cbor/v2", "github.com/google/go-cmp/cmp"), "internal imports github.com/google/go-cmp/cmp"),
		mods("tests", importing("internal/a/a_test.go", "github.com/google/go-cmp/cmp")),
	}
}

// body is a file with imports and, from line 9 on, text. Not every import is used: nobody compiles it.
func body(name, text string, imports ...string) map[string]string {
	head := "package p\n\nimport (\n"
	for _, p := range imports {
		head += fmt.Sprintf("\t%q\n", p)
	}
	head += ")\n"
	for strings.Count(head, "\n") < 8 {
		head += "\n"
	}
	return map[string]string{name: head + text + "\n"}
}

func machinePlants() []plant {
	net := func(name string, files map[string]string, want ...string) plant {
		return plant{"sockets belong to netty", name, files, want}
	}
	exec := func(name string, files map[string]string, want ...string) plant {
		return plant{"processes belong to cmd", name, files, want}
	}
	const dial = "func f() (net.Conn, error) {\n\treturn net.Dial(\"tcp\", net.JoinHostPort(\"h\", \"1\"))\n}"
	return []plant{
		net("dial in memnet", body("memnet/a.go", dial, "net"), "memnet/a.go:10: net.Dial; instead: api.Network"),
		net("dial in simulator", body("simulator/a.go", dial, "net"), "net.Dial"),
		net("renamed", map[string]string{"memnet/a.go": "package p\n\nimport n \"net\"\n\nvar l, _ = n.Listen(\"\", \"\")\n"}, "a.go:5: net.Listen"),
		net("dotted", map[string]string{"memnet/a.go": "package p\n\nimport . \"net\"\n\nvar l, _ = Listen(\"\", \"\")\n"}, "a.go:3: dot import of net"),
		net("netty may", body("netty/a.go", dial, "net", "crypto/tls", "os/signal")),
		net("cmd may", body("cmd/simctl/a.go", dial, "net", "os/signal")),
		net("tests may", body("memnet/a_test.go", dial, "net")),
		net("pure", body("api/a.go", "func f(a net.Addr, l net.Listener) bool { return errors.Is(nil, net.ErrClosed) }", "net", "errors")),
		net("shadowed", body("api/a.go", "type d struct{}\n\nfunc (d) Dial() {}\n\nfunc f(net d) { net.Dial() }", "net")),
		net("signals and tls", body("simulator/a.go", "", "os/signal", "crypto/tls"), "a.go:4: import of os/signal", "a.go:5: import of crypto/tls"),
		exec("netty", body("netty/a.go", "", "os/exec"), "a.go:4: import of os/exec; instead: cmd"),
		exec("one file of simulator", body("simulator/a.go", "", "os/exec"), "a.go:4: import of os/exec"),
		exec("cmd, tooling and that file may", map[string]string{
			"simulator/confirm.go":    "package p\n\nimport _ \"os/exec\"\n",
			"cmd/simctl/a.go":         "package p\n\nimport _ \"os/exec\"\n",
			"internal/checklist/a.go": "package p\n\nimport _ \"os/exec\"\n",
		}),
	}
}

func statePlants() []plant {
	state := func(name string, files map[string]string, want ...string) plant {
		return plant{"no mutable package state under the seam", name, files, want}
	}
	const sentinels = "var ErrA = errors.New(\"a\")\n\nvar errB = fmt.Errorf(\"b: %w\", ErrA)\n\nvar ErrC error = &timeout{}\n\nvar _ error = (*timeout)(nil)"
	return []plant{
		state("counter and table", body("internal/a/a.go", "var n int\n\nvar (\n\tm = map[int]string{1: \"a\"}\n\ta, b = 1, 2\n)"),
			"a.go:9: package variable n", "a.go:12: package variable m", "a.go:13: package variable a", "a.go:13: package variable b"),
		state("no sentinel", body("api/a.go", "var ErrA = make(map[string]error)\n\nvar count = errors.New(\"a\")", "errors"), "variable ErrA", "variable count"),
		state("sentinels", body("api/a.go", sentinels, "errors", "fmt")),
		state("embedded", body("internal/a/a.go", "//go:embed rows.txt\nvar rows string", "embed")),
		state("above the seam, tests and tooling", map[string]string{
			"netty/a.go": "package p\n\nvar n int\n", "api/a_test.go": "package p\n\nvar n int\n", "internal/archtest/a.go": "package p\n\nvar n int\n",
		}),
		{"no init under the seam", "init", body("internal/a/a.go", "func init() {}\n\ntype t struct{}\n\nfunc (t) init() {}"), []string{"a.go:9: func init"}},
		{"sentinels come from std errors", "pkg/errors", body("netty/a.go", "var ErrA = errors.New(\"a\")\n\nfunc f() error { return errors.New(\"b\") }", "github.com/pkg/errors"),
			[]string{"a.go:9: package variable ErrA made by pkg/errors.New"}},
		{"sentinels come from std errors", "std", body("netty/a.go", "var ErrA = errors.New(\"a\")", "errors"), nil},
	}
}

func budgetPlants() []plant {
	long := func(n int) string { return "package p\n" + strings.Repeat("\n", n-1) }
	function := func(n int) string { return "package p\n\nfunc long() {\n" + strings.Repeat("\n", n-2) + "}\n" }
	files := func(lines ...int) map[string]string {
		m := map[string]string{"api/a_test.go": long(300)}
		for i, n := range lines {
			m[fmt.Sprintf("api/f%d.go", i)] = long(n)
		}
		return m
	}
	const generated = "// Code generated by a program. DO NOT EDIT.\n\n"
	return []plant{
		{"no file over 400 lines", "one too many", map[string]string{"api/a.go": long(401), "api/b_test.go": long(401), "api/c.go": long(400)},
			[]string{"api/a.go:401: file of 401 lines", "api/b_test.go:401"}},
		{"no file over 400 lines", "generated", map[string]string{"api/a.go": generated + long(500)}, nil},
		{"no function over 60 lines", "one too many", map[string]string{"api/a.go": function(61), "api/b.go": function(60), "api/c_test.go": function(80)},
			[]string{"api/a.go:3: function long of 61 lines"}},
		{"median file under 120 lines", "just over", files(10, 120, 130), []string{"api/f1.go:1: the median of 3 files has 120 lines"}},
		{"median file under 120 lines", "under", files(10, 119, 390), nil},
		{"median file under 120 lines", "nothing", nil, nil},
	}
}

func formPlants() []plant {
	good := licenceLine + "\n\n// Package p is for tests.\npackage p\n"
	name := func(file string, want ...string) plant {
		return plant{"names say what is inside", file, map[string]string{file: good}, want}
	}
	return []plant{
		{"licence line first", "missing, late, joined", map[string]string{
			"api/a.go": "package p\n", "api/b.go": "\n" + good, "api/c_test.go": licenceLine + "\npackage p\n", "api/d.go": good,
		}, []string{"api/a.go:1: no licence line", "api/b.go:1: no", "api/c_test.go:1: no"}},
		{"package doc comment", "missing", map[string]string{
			"api/a.go": licenceLine + "\n\npackage p\n", "api/b.go": "package p\n", "netty/a.go": "package p\n", "netty/doc.go": good,
			"memnet/a_test.go": good, "memnet/b.go": "package p\n",
		}, []string{"api/a.go:3: package api has no doc comment", "memnet/b.go:1: package memnet has no doc"}},
		name("api/util.go", "api/util.go:1: named util"),
		name("api/helpers_test.go", "named helpers"),
		name("api/rpc_utils.go", "named rpc_utils"),
		name("api/types.go", "named types"),
		name("netty/manager_impl.go", "named manager_impl"),
		name("internal/common/inbox.go", "named common"),
		name("api/inbox.go"),
		name("internal/wire/message_types_request.go"),
	}
}
