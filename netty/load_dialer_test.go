// SPDX-License-Identifier: Apache-2.0

package netty_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/internal/wire"
)

// dialer connects many times to an address, "count address", and asks the endpoint "echo" once on each connection: at
// the start and for each further line of in. It prints how many were answered. It ends with in.
func dialer(what string, in io.Reader, out, errs io.Writer) int {
	var count int
	var address string
	if _, err := fmt.Sscan(what, &count, &address); err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	conns := make([]net.Conn, count)
	each(count, func(i int) error {
		var err error
		conns[i], err = net.Dial("tcp", address)
		return err
	}, errs)
	lines := bufio.NewScanner(in)
	for round := 0; round == 0 || lines.Scan(); round++ {
		fmt.Fprintln(out, each(count, func(i int) error { return askRaw(conns[i], "echo", round) }, errs))
	}
	return 0
}

// each runs f for 0 to n-1 in a number of goroutines, and returns how many times it had no error. The first error is
// printed.
func each(n int, f func(i int) error, errs io.Writer) int {
	var next, good atomic.Int64
	var once sync.Once
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				if err := f(int(i)); err != nil {
					once.Do(func() { fmt.Fprintln(errs, i, err) })
					continue
				}
				good.Add(1)
			}
		})
	}
	wg.Wait()
	return int(good.Load())
}

// request is the frame of an ask of the text "x".
func request(id int64, endpoint string) []byte {
	body, err := wire.AppendEnvelopeHeader(nil, wire.Address{}, wire.Address{}, endpoint)
	if err != nil {
		panic(err)
	}
	body = append(body, "\x01\x00\x06string\x61x"...)
	return append(wire.AppendRpcRequestHeader(nil, id, len(body)), body...)
}

// askRaw asks without a stack, and reads the answer.
func askRaw(c net.Conn, endpoint string, id int) error {
	if c == nil {
		return errors.New("not connected")
	}
	if _, err := c.Write(request(int64(id), endpoint)); err != nil {
		return err
	}
	var length [8]byte
	if _, err := io.ReadFull(c, length[:]); err != nil {
		return err
	}
	payload := make([]byte, binary.BigEndian.Uint64(length[:])-8)
	if _, err := io.ReadFull(c, payload); err != nil {
		return err
	}
	if t := wire.PeekType(payload); t != wire.TypeRpcResponse {
		return fmt.Errorf("answered with %v: %q", t, payload)
	}
	return nil
}

// crowd is a dialer in a process of its own.
type crowd struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Reader
	end func() error
}

// newCrowd starts it and returns once it has connected and asked; answered is how often it was answered.
func newCrowd(t *testing.T, count int, address string) (c *crowd, answered int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprint(dialerVar, "=", count, " ", address))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c = &crowd{t: t, in: in, out: bufio.NewReader(out), end: cmd.Wait}
	return c, c.answered()
}

func (c *crowd) answered() (n int) {
	c.t.Helper()
	if _, err := fmt.Fscan(c.out, &n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

// again has it ask once more on each connection.
func (c *crowd) again() int {
	c.t.Helper()
	if _, err := io.WriteString(c.in, "again\n"); err != nil {
		c.t.Fatal(err)
	}
	return c.answered()
}

// leave ends its process and with it all its connections.
func (c *crowd) leave() {
	c.t.Helper()
	c.in.Close()
	if err := c.end(); err != nil {
		c.t.Error(err)
	}
}
