// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The peer: the same questions and answers over bare pipes in a bubble of testing/synctest, as they go over TCP: four
// bytes of length, then the message. One goroutine delivers what was written, in the order of time, and waits after each
// delivery until everybody is blocked: without that, what happens at one instant happens in any order, and a run does
// not repeat. Its clients have no types, no faults and no trace.
//
// The pipes are those of the standard library, which is what a program that takes a net.Conn is tested with, or pipes
// that are written for the purpose and can nothing else: no deadlines, no addresses, no writer that waits.

// bubbleVerb asks this program to be the process in which a bubble runs: only a test may have one, and the tests of a
// process end it.
const bubbleVerb = "-bubble"

// The kinds of pipes.
const (
	standardPipes = iota + 1
	ownPipes
)

// bubbleAsks measures clients that ask a server, and returns asks a second of real time.
func bubbleAsks(pipes, clients, asks int, seed uint64) (float64, error) {
	program, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(program, "sim", bubbleVerb,
		strconv.Itoa(pipes), strconv.Itoa(clients), strconv.Itoa(asks), strconv.FormatUint(seed, 10))
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("bubble: %w", err)
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return strconv.ParseFloat(first, 64)
}

// beBubble runs a bubble, prints asks a second of real time and ends the process.
func beBubble(args []string) error {
	var n [4]int
	for i := range n {
		if len(args) != len(n) {
			return fmt.Errorf("%s: want the kind of pipes, clients, asks and seed", bubbleVerb)
		}
		var err error
		if n[i], err = strconv.Atoi(args[i]); err != nil {
			return err
		}
	}
	os.Args = os.Args[:1] // the flags of package testing
	match := func(pattern, name string) (bool, error) { return pattern == "" || pattern == name, nil }
	testing.Main(match, []testing.InternalTest{{Name: "bubble", F: func(t *testing.T) {
		start := time.Now()
		synctest.Test(t, func(*testing.T) { runBubble(n[0], n[1], n[2], uint64(n[3])) })
		fmt.Println(float64(n[1]*n[2]) / time.Since(start).Seconds())
	}}}, nil, nil)
	return nil
}

func runBubble(pipes, clients, asks int, seed uint64) {
	b := &bubble{}
	connect := b.connect
	if pipes == standardPipes {
		connect = b.connectStandard
	}
	for i := range clients {
		client, server := connect(seed, uint64(i))
		go echo(server)
		go func() {
			b.ask(client, asks)
			b.done++
		}()
		synctest.Wait()
	}
	for b.done < clients {
		b.deliver()
		synctest.Wait()
	}
}

// ask sends one question after the other and reads the answers.
func (b *bubble) ask(c io.ReadWriteCloser, asks int) {
	message, answer := make([]byte, 4+payload), make([]byte, payload)
	binary.BigEndian.PutUint32(message, payload)
	for range asks {
		c.Write(message)
		if _, err := readMessage(c, answer); err != nil {
			panic(err)
		}
	}
	c.Close()
}

// echo answers each message with itself, until the stream ends.
func echo(c io.ReadWriteCloser) {
	message := make([]byte, 4+payload)
	for {
		n, err := readMessage(c, message[4:])
		if err != nil {
			return
		}
		binary.BigEndian.PutUint32(message, uint32(n))
		c.Write(message[:4+n])
	}
}

// readMessage reads a length and as many bytes into body.
func readMessage(r io.Reader, body []byte) (int, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return 0, err
	}
	return io.ReadFull(r, body[:binary.BigEndian.Uint32(length[:])])
}
