// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	exitOK               = 0
	exitFailed           = 1
	exitUsage            = 2
	exitNondeterministic = 3
	exitInterrupted      = 130
)

// commandLine is the verbs.
type commandLine struct {
	Run          runCmd          `cmd:"" help:"Run a scenario once."`
	Sweep        sweepCmd        `cmd:"" help:"Run a scenario with many seeds, in the simulated world, and report those that fail."`
	Replay       replayCmd       `cmd:"" help:"Make the run of a seed or a tape, show how it went, and prove that it repeats."`
	Shrink       shrinkCmd       `cmd:"" help:"Look for a smaller run that fails in the same way as a seed or a tape."`
	Why          whyCmd          `cmd:"" help:"Tell how a failing run came to fail: what it needs, and when it became likely."`
	Check        checkCmd        `cmd:"" help:"Check that both transports keep their promises, and that runs repeat."`
	List         listCmd         `cmd:"" help:"List scenarios and mutants, one a line."`
	Plan         planCmd         `cmd:"" help:"Check and print fault plans."`
	Zoo          zooCmd          `cmd:"" help:"Find, shrink and repeat twelve classic bugs, and see their right twins pass."`
	Hashes       hashesCmd       `cmd:"" help:"Print what each scenario comes to with each seed, one a line, to compare processes and builds."`
	Version      versionCmd      `cmd:"" help:"Print the version."`
	Demo         demoCmd         `cmd:"" help:"Count words over both networks and compare with a plain count."`
	BenchShuffle benchShuffleCmd `cmd:"" help:"Measure a shuffle over TCP against a plain count."`
	Serve        serveCmd        `cmd:"" help:"Serve something until asked to stop."`
	Repeat       repeatCmd       `cmd:"" hidden:"" help:"Make the run that stdin asks for."`
	Executor     executorCmd     `cmd:"" hidden:"" help:"What the processes of a run over TCP do."`
}

// terminal is what a verb talks to.
type terminal struct {
	in          io.Reader
	out, err    io.Writer
	interactive bool // err is a terminal
}

// exitError ends the program with a code. Its text, if any, goes to stderr.
type exitError struct {
	code int
	err  error // nil: all is said
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usageError(err error) error { return &exitError{code: exitUsage, err: err} }

func main() {
	os.Exit(start(os.Args[1:], &terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr, interactive: isTerminal(os.Stderr)}))
}

// start parses a command line and runs its verb. It returns the exit code.
func start(args []string, t *terminal) int {
	var line commandLine
	parser, err := kong.New(&line, kong.Name("simctl"), kong.Writers(t.out, t.err), kong.Bind(t),
		kong.Description("Runs distributed components in a seeded world full of faults, and over real TCP."))
	if err != nil {
		fmt.Fprintln(t.err, "simctl:", err)
		return exitFailed
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(t.err, "simctl: %v\nTry: simctl --help\n", err)
		return exitUsage
	}
	err = ctx.Run()
	if err == nil {
		return exitOK
	}
	exit, ok := errors.AsType[*exitError](err)
	if !ok {
		exit = &exitError{code: exitFailed, err: err}
	}
	if exit.err != nil {
		fmt.Fprintln(t.err, "simctl:", exit.err)
	}
	return exit.code
}

// isTerminal says whether a person may be watching f.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull
}
