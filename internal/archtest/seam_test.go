// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"go/ast"
	"go/token"
	"slices"
)

// contextFile is the one file under the seam that knows a channel: the Done of
// api's own context is made and closed there, and never received from.
const contextFile = "api/context.go"

// underSeam says whether the rules of the seam bind a file: it is of the stack
// that both worlds run, and it is not a test.
func underSeam(s *source) bool {
	return !s.test && within(s.pkg, "api", "internal") && !tooling(s.pkg)
}

func seamRules() []rule {
	return []rule{
		{"no goroutine, select or channel under the seam", eachFile(underSeam, noConcurrency)},
		{"nothing of the machine under the seam", eachFile(underSeam, func(s *source) []finding {
			return append(gated(s, seamGates()), generatedKeys(s)...)
		})},
	}
}

func noConcurrency(s *source) []finding {
	const queue = "api.Queue, or a Waiter of the Runtime"
	var found []finding
	report := func(n ast.Node, what, instead string) { found = append(found, s.at(n.Pos(), what, instead)) }
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n, "go statement", "Runtime.Go or api.Group")
		case *ast.SelectStmt:
			report(n, "select", queue)
		case *ast.SendStmt:
			report(n, "send on a channel", queue)
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				report(n, "receive from a channel", queue)
			}
		case *ast.RangeStmt:
			if call, ok := n.X.(*ast.CallExpr); ok && called(call) == "Done" {
				report(n, "receive from a channel", queue)
			}
		case *ast.ChanType:
			if s.path != contextFile || !emptyStruct(n.Value) {
				report(n, "channel type", queue)
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "close" && id.Obj == nil && s.path != contextFile {
				report(n, "close of a channel", queue)
			}
		}
		return true
	})
	return found
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func emptyStruct(e ast.Expr) bool {
	s, ok := e.(*ast.StructType)
	return ok && s.Fields.NumFields() == 0
}

// generatedKeys finds ecdh's GenerateKey, which ignores its reader.
func generatedKeys(s *source) []finding {
	if !slices.ContainsFunc(s.file.Imports, func(spec *ast.ImportSpec) bool { return importPath(spec) == "crypto/ecdh" }) {
		return nil
	}
	var found []finding
	ast.Inspect(s.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && called(call) == "GenerateKey" {
			found = append(found, s.at(n.Pos(), "ecdh GenerateKey ignores its reader", "NewPrivateKey of 32 bytes from Runtime.Entropy"))
		}
		return true
	})
	return found
}

// seamGates says, for each package that reaches past the seam, what is left of it.
func seamGates() map[string]gate {
	const (
		lock  = "Runtime.NewMutex, api.Group, api.Queue"
		rng   = "Runtime.Rand"
		event = "a typed event to a listener"
		conf  = "the Runtime or the configuration"
		files = "api.Files"
	)
	pureRand := gate{only: []string{"Rand", "Source", "Source64", "New", "NewSource", "NewPCG", "NewChaCha8", "PCG", "ChaCha8", "Zipf", "NewZipf"}, instead: rng}
	return map[string]gate{
		"time":         {ban: clockNames()},
		"context":      {ban: contextNames()},
		"sync":         {only: []string{"Pool", "Locker"}, instead: lock},
		"iter":         {only: []string{"Seq", "Seq2"}, instead: "Runtime.Go"},
		"math/rand":    pureRand,
		"math/rand/v2": pureRand,
		"crypto/rand":  {instead: "Runtime.Entropy"},
		"hash/maphash": {instead: "hash/fnv or crypto/sha256: maphash differs from run to run"},
		"runtime": {ban: map[string]string{
			"NumCPU": conf, "GOMAXPROCS": conf, "NumGoroutine": conf, "SetFinalizer": "an owner who releases",
			"AddCleanup": "an owner who releases", "Gosched": "Runtime.Yield", "Goexit": "a return", "GC": "nothing",
		}},
		"os": {only: []string{
			"ErrNotExist", "ErrExist", "ErrPermission", "ErrClosed", "ErrInvalid", "ErrDeadlineExceeded", "ErrNoDeadline",
			"IsNotExist", "IsExist", "IsPermission", "FileMode", "FileInfo", "DirEntry", "PathError", "ModePerm", "ModeDir", "ModeSymlink", "SameFile",
			"O_RDONLY", "O_WRONLY", "O_RDWR", "O_APPEND", "O_CREATE", "O_EXCL", "O_SYNC", "O_TRUNC",
		}, instead: files + " and io/fs; environment, pid and host name from the configuration"},
		"path/filepath": {instead: "path: names in api.Files have slashes"},
		"os/user":       {instead: conf},
		"io/ioutil":     {instead: files},
		"log":           {instead: event},
		"log/slog": {ban: map[string]string{
			"Default": event, "SetDefault": event, "Debug": event, "Info": event, "Warn": event, "Error": event, "Log": event,
			"DebugContext": event, "InfoContext": event, "WarnContext": event, "ErrorContext": event, "LogAttrs": event,
		}},
		"testing":       {instead: "a test file, or conformance"},
		"runtime/debug": {only: []string{"Stack"}, instead: conf},
		"expvar":        {instead: "a Stats method"},
	}
}

func clockNames() map[string]string {
	const timer, now = "Runtime.AfterFunc or api.Sleep", "Runtime.Now"
	return map[string]string{
		"Now": now, "Since": now, "Until": now, "Sleep": "api.Sleep", "After": timer, "Tick": timer,
		"NewTimer": timer, "NewTicker": timer, "AfterFunc": timer, "Timer": "api.Timer", "Ticker": "api.Timer",
		"Local": "time.UTC", "LoadLocation": "time.UTC",
	}
}

func contextNames() map[string]string {
	const timeout = "api.WithTimeout"
	return map[string]string{
		"WithTimeout": timeout, "WithTimeoutCause": timeout, "WithDeadline": timeout, "WithDeadlineCause": timeout,
		"AfterFunc": "the AfterFunc method of an api context",
	}
}
