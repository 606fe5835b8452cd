// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/pkg/errors"
)

// benchRounds is how often each side of the measurement runs.
const benchRounds = 3

// benchTarget is how long a shuffle may take, in times of a plain count.
const benchTarget = 1.0

// benchShuffleCmd measures a shuffle over TCP against a single-threaded count.
type benchShuffleCmd struct {
	Size       int64 `default:"400" placeholder:"MB" help:"Size of the generated text in millions of bytes (${default})."`
	Executors  int   `default:"4" placeholder:"N" help:"How many executors (${default})."`
	Partitions int   `default:"8" placeholder:"N" help:"How many reduce tasks (${default})."`
}

// Validate reports what is wrong with the values. Kong calls it.
func (c *benchShuffleCmd) Validate() error {
	if c.Size < 1 || c.Executors < 1 || c.Partitions < 1 {
		return fmt.Errorf("--size %d --executors %d --partitions %d: want at least 1 of each", c.Size, c.Executors, c.Partitions)
	}
	return nil
}

// Run is the verb.
func (c *benchShuffleCmd) Run(t *terminal) error {
	ctx, stop := interruptible()
	defer stop()
	dir, err := os.MkdirTemp("", "simctl-bench-")
	if err != nil {
		return errors.WithStack(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	text := dir + "/zipf.txt"
	fmt.Fprintf(t.out, "generating %d MB of text, Zipf vocabulary, fixed seed\n", c.Size)
	if err := writeZipfText(text, c.Size*1_000_000); err != nil {
		return err
	}
	flags := shuffleFlags{Input: []string{text}, Executors: c.Executors, Partitions: c.Partitions, Network: "tcp", Faults: "calm"}
	shuffled, plain, err := c.measure(ctx, t, flags)
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted, err: errInterrupted}
	case err != nil:
		return err
	}
	s, p := median(shuffled), median(plain)
	fmt.Fprintf(t.out, "median of %d: shuffle over tcp, %d executors %.2f s; plain count, one thread %.2f s\n", benchRounds, c.Executors, s.Seconds(), p.Seconds())
	ratio, verdict := s.Seconds()/p.Seconds(), "ok"
	if ratio > benchTarget {
		verdict = "SHORT"
	}
	fmt.Fprintf(t.out, "shuffle-%dMB %.2fx %.2fx %s\n", c.Size, ratio, benchTarget, verdict)
	if ratio > benchTarget {
		return &exitError{code: exitFailed}
	}
	return nil
}

// measure runs both sides in turn.
func (c *benchShuffleCmd) measure(ctx context.Context, t *terminal, flags shuffleFlags) (shuffled, plain []time.Duration, err error) {
	places, err := flags.places()
	if err != nil {
		return nil, nil, err
	}
	quiet := &terminal{in: t.in, out: t.out, err: discard{}}
	for round := range benchRounds {
		began := time.Now()
		o := runTCP(ctx, quiet, tcpSettings{Places: mountsOf(places), Faults: "calm"}, flags.job(places))
		if o.Err != nil {
			return nil, nil, o.Err
		}
		shuffled = append(shuffled, time.Since(began))

		began = time.Now()
		p, err := countPlain(places, flags.job(places))
		if err != nil {
			return nil, nil, err
		}
		plain = append(plain, time.Since(began))
		if p.SHA256 != o.Summary.SHA256 {
			return nil, nil, fmt.Errorf("the results differ: shuffle %s, plain %s", o.Summary.SHA256, p.SHA256)
		}
		fmt.Fprintf(t.out, "round %d: shuffle %.2f s, plain %.2f s\n", round+1, shuffled[round].Seconds(), plain[round].Seconds())
	}
	return shuffled, plain, nil
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

// discard takes everything and keeps nothing.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
