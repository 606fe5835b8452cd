// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
)

// childVerb starts one of our own processes; its argument is a task.
const childVerb = "child"

// role is what a child process does.
type role int

const (
	server role = iota + 1
	client
	crowd // the client of an idle cell
)

// task tells a child process what to do. The child ends when its standard input does.
type task struct {
	Role    role
	Peer    string
	Profile string  // profiles to write, without the ending; empty: none
	Addr    string  // of the server
	Server  int     // its process
	Kind    kind    // of the cell
	Payload int     // bytes
	Callers int     // or senders
	Warmup  float64 // s
	Seconds float64 // s
	File    string  // whose blocks are pulled
	Dest    string  // what they are written to, empty: nothing
	Blocks  int64   // how many of Payload bytes are pulled

	Congestion string // the congestion control; empty: each peer's choice
}

func runChild(arg string) error {
	var t task
	if err := json.Unmarshal([]byte(arg), &t); err != nil {
		return fmt.Errorf("task %s: %w", arg, err)
	}
	switch t.Role {
	case server:
		return serve(t)
	case crowd:
		return gather(t)
	}
	go dieWithParent()
	s, err := drive(t)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Peer, err)
	}
	return json.NewEncoder(os.Stdout).Encode(s)
}

// dieWithParent ends the process when its parent has closed the pipe, or is gone: nobody needs what it does.
func dieWithParent() {
	io.Copy(io.Discard, os.Stdin) //nolint:errcheck // the end is all that counts
	os.Exit(0)
}

// commands answers each line of standard input with "ok", or with the error, until the input ends.
func commands(do func(line string) error) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		answer := "ok"
		if err := do(in.Text()); err != nil {
			answer = err.Error()
		}
		if _, err := fmt.Println(answer); err != nil {
			return err
		}
	}
	return in.Err()
}

// profiling writes a CPU profile until the returned function is called, which writes a profile of all allocations
// beside it.
func profiling(name string) (stop func() error, err error) {
	if name == "" {
		return func() error { return nil }, nil
	}
	cpu, err := os.Create(name + ".cpu")
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return nil, errors.Join(err, cpu.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		allocs, err := os.Create(name + ".allocs")
		if err == nil {
			err = errors.Join(pprof.Lookup("allocs").WriteTo(allocs, 0), allocs.Close())
		}
		return errors.Join(err, cpu.Close())
	}, nil
}
