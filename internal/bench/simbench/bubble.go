// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The peer: the same questions and answers as bare bytes over pipes of channels, in a bubble of testing/synctest. One
// goroutine delivers, in the order of time, and waits after each delivery until everybody is blocked: without that, what
// happens at one instant happens in any order, and a run does not repeat.

type delivery struct {
	at   time.Time
	seq  int
	to   chan []byte
	data []byte
}

type deliveries []delivery

func (d deliveries) Len() int { return len(d) }
func (d deliveries) Less(i, j int) bool {
	return d[i].at.Before(d[j].at) || d[i].at.Equal(d[j].at) && d[i].seq < d[j].seq
}
func (d deliveries) Swap(i, j int) { d[i], d[j] = d[j], d[i] }
func (d *deliveries) Push(x any)   { *d = append(*d, x.(delivery)) }
func (d *deliveries) Pop() any {
	last := (*d)[len(*d)-1]
	*d = (*d)[:len(*d)-1]
	return last
}

// bubble is the network; everything in it runs between two Waits, one goroutine at a time.
type bubble struct {
	queue deliveries
	seq   int
	rand  *rand.Rand
	done  int
}

func (b *bubble) send(to chan []byte, data []byte) {
	b.seq++
	delay := 500*time.Microsecond + time.Duration(b.rand.Int64N(int64(time.Millisecond)))
	heap.Push(&b.queue, delivery{time.Now().Add(delay), b.seq, to, append([]byte(nil), data...)})
}

// bubbleVerb asks this program to be the process in which a bubble runs: only a test may have one, and the tests of a
// process end it.
const bubbleVerb = "-bubble"

// bubbleAsks measures clients that ask a server, and returns asks a second of real time.
func bubbleAsks(clients, asks int, seed uint64) (float64, error) {
	program, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(program, "sim", bubbleVerb, strconv.Itoa(clients), strconv.Itoa(asks), strconv.FormatUint(seed, 10))
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
	var n [3]int
	for i := range n {
		if len(args) != len(n) {
			return fmt.Errorf("%s: want clients, asks and seed", bubbleVerb)
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
		synctest.Test(t, func(*testing.T) { runBubble(n[0], n[1], uint64(n[2])) })
		fmt.Println(float64(n[0]*n[1]) / time.Since(start).Seconds())
	}}}, nil, nil)
	return nil
}

func runBubble(clients, asks int, seed uint64) {
	b := &bubble{rand: rand.New(rand.NewPCG(seed, 0))}
	for range clients {
		question, answer := make(chan []byte), make(chan []byte)
		go func() {
			for m := range question {
				b.send(answer, m)
			}
		}()
		go func() {
			data := make([]byte, payload)
			for range asks {
				b.send(question, data)
				<-answer
			}
			close(question)
			b.done++
		}()
		synctest.Wait()
	}
	for b.done < clients {
		d := heap.Pop(&b.queue).(delivery)
		time.Sleep(time.Until(d.at))
		d.to <- d.data
		synctest.Wait()
	}
}
