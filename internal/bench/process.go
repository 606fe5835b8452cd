// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a child may take to end once its input has ended.
const patience = 10 * time.Second

// process is a child. It dies with its context, and when its input ends.
type process struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	lines *bufio.Reader
}

// start starts a child for a task, on one core when asked to.
func start(ctx context.Context, t task, oneCore bool) (*process, error) {
	arg, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, childVerb, string(arg))
	cmd.Stderr = os.Stderr
	p := &process{cmd: cmd}
	if p.input, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.lines = bufio.NewReader(out)
	if oneCore {
		return p, startOnOneCore(cmd)
	}
	return p, cmd.Start()
}

// startOnOneCore starts cmd on the first of our cores: a child inherits the cores of the thread that starts it.
func startOnOneCore(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var all, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return err
	}
	first := 0
	for !all.IsSet(first) {
		first++
	}
	one.Set(first)
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		return err
	}
	err := cmd.Start()
	return errors.Join(err, unix.SchedSetaffinity(0, &all))
}

// line reads one line of the child's output.
func (p *process) line() (string, error) {
	s, err := p.lines.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("child ended early: %w", err)
	}
	return strings.TrimSuffix(s, "\n"), nil
}

// command sends a line and waits for the answer to it.
func (p *process) command(line string) error {
	if _, err := fmt.Fprintln(p.input, line); err != nil {
		return err
	}
	answer, err := p.line()
	if err == nil && answer != "ok" {
		err = fmt.Errorf("%s: %s", line, answer)
	}
	return err
}

// stop ends the child's input and waits for it, or kills it.
func (p *process) stop() error {
	p.input.Close()
	kill := time.AfterFunc(patience, func() { p.cmd.Process.Kill() }) //nolint:errcheck // it may have ended
	defer kill.Stop()
	return p.cmd.Wait()
}
