// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/twinwire/twinwire/internal/bench/simbench"
)

const (
	exitShort = 1
	exitUsage = 2
)

// errShort says that a gate is short; the gates have said it already.
var errShort = errors.New("a gate is short")

// errUsage wraps a mistake in the arguments.
var errUsage = errors.New("usage: bench rpc|block|sim [flags]; -h behind the verb lists them")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(exitUsage)
	default:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(exitShort)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 2 && args[0] == childVerb:
		return runChild(args[1])
	case len(args) > 0 && args[0] == "rpc":
		return rpcSuite().run(ctx, args[1:])
	case len(args) > 0 && args[0] == "block":
		return blockSuite().run(ctx, args[1:])
	case len(args) > 0 && args[0] == "sim":
		return simbench.Run(ctx, args[1:], os.Stdout)
	}
	return errUsage
}
