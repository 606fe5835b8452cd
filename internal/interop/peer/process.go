// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// patience is how long a peer gets to end after its standard input did.
const patience = 10 * time.Second

// Process is a running peer. It is for one goroutine.
type Process struct {
	name   string
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	lines  *bufio.Scanner
	stderr bytes.Buffer
}

// Start starts cmd, whose context ends it for good. Stop it.
func Start(name string, cmd *exec.Cmd) (*Process, error) {
	p := &Process{name: name, cmd: cmd}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = &p.stderr
	cmd.WaitDelay = patience
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p.stdin, p.lines = stdin, bufio.NewScanner(stdout)
	p.lines.Buffer(nil, 1<<20)
	return p, nil
}

// ID is the process id.
func (p *Process) ID() int { return p.cmd.Process.Pid }

// Line returns the peer's next line; io.EOF after the last.
func (p *Process) Line() (string, error) {
	if p.lines.Scan() {
		return p.lines.Text(), nil
	}
	if err := p.lines.Err(); err != nil {
		return "", fmt.Errorf("%s: %w", p.name, err)
	}
	return "", io.EOF
}

// Await returns what follows the word on the next line, which must start with it.
func (p *Process) Await(word string) (string, error) {
	line, err := p.Line()
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("%s ended before it said %q", p.name, word)
	}
	if err != nil {
		return "", errors.Join(err, p.Stop())
	}
	first, rest, _ := strings.Cut(line, " ")
	if first != word {
		return "", fmt.Errorf("%s said %q instead of %q", p.name, line, word)
	}
	return rest, nil
}

// Tell says a line to the peer.
func (p *Process) Tell(line string) error {
	if _, err := io.WriteString(p.stdin, line+"\n"); err != nil {
		return fmt.Errorf("tell %s %q: %w", p.name, line, err)
	}
	return nil
}

// Stop ends the peer's standard input, so that it ends, and waits for that; one that does not end is killed. The error
// holds what the peer complained of.
func (p *Process) Stop() error {
	p.stdin.Close()
	kill := time.AfterFunc(patience, func() { p.cmd.Process.Kill() }) //nolint:errcheck // it may have ended meanwhile
	defer kill.Stop()
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w\n%s", p.name, err, bytes.TrimSpace(p.stderr.Bytes()))
	}
	return nil
}
