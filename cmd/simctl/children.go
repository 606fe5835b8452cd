// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// killAfter is how long children may take to leave once their stdin is closed.
const killAfter = 2 * time.Second

// children are the executor processes of a run. They leave when their stdin closes, so also when this process dies.
type children struct {
	log io.Writer // a line for each, and what they say on stderr

	mu       sync.Mutex
	all      []*child
	stopping bool
}

type child struct {
	host  string
	cmd   *exec.Cmd
	stdin io.Closer
	gone  chan struct{}
}

func newChildren(log io.Writer) *children { return &children{log: log} }

// start starts an executor process for each host.
func (c *children) start(s tcpSettings, driver api.RpcAddress, executors int) error {
	for n := range executors {
		line := executorSettings{Host: shuffle.ExecutorHost(n + 1), Driver: driver.HostPort(), tcpSettings: s}
		if err := c.startOne(line); err != nil {
			return errors.WithMessagef(err, "start %s", line.Host)
		}
	}
	return nil
}

func (c *children) startOne(s executorSettings) error {
	program, err := os.Executable()
	if err != nil {
		return errors.WithStack(err)
	}
	line, err := json.Marshal(s)
	if err != nil {
		return errors.WithStack(err)
	}
	cmd := exec.Command(program)
	cmd.Args = []string{os.Args[0], "executor"}
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return errors.WithStack(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopping {
		return errInterrupted
	}
	if err := cmd.Start(); err != nil {
		return errors.WithStack(err)
	}
	fmt.Fprintf(c.log, "%s pid %d\n", s.Host, cmd.Process.Pid)
	one := &child{host: s.Host, cmd: cmd, stdin: stdin, gone: make(chan struct{})}
	c.all = append(c.all, one)
	go func() {
		if _, err := io.Copy(stdin, bytes.NewReader(append(line, '\n'))); err != nil {
			stdin.Close()
		}
	}()
	go c.watch(one)
	return nil
}

// watch waits for the end of a child, and tells of one that nobody asked to leave.
func (c *children) watch(one *child) {
	err := one.cmd.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stopping {
		fmt.Fprintf(c.log, "%s has ended: %s\n", one.host, endText(err))
	}
	close(one.gone)
}

// endText says how a process ended that nobody asked to.
func endText(err error) string {
	if err == nil {
		return "it left by itself"
	}
	return err.Error()
}

// stop ends the children and waits until they are gone.
func (c *children) stop() {
	c.mu.Lock()
	c.stopping = true
	all := c.all
	c.mu.Unlock()
	for _, one := range all {
		one.stdin.Close()
	}
	timeout := time.After(killAfter)
	for _, one := range all {
		select {
		case <-one.gone:
			continue
		case <-timeout:
		}
		for _, late := range all {
			late.cmd.Process.Kill() //nolint:errcheck // it may be gone
		}
		<-one.gone
	}
}
