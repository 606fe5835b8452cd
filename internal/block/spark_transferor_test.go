// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
	"github.com/twinwire/twinwire/internal/transport"
)

// The ways a block of an attempt ends in these tests.
var (
	ioError      = &transport.ConnectionError{Op: "connection", Remote: "far:1", Cause: errors.New("reset")}
	runtimeError = &transport.RemoteFailure{Remote: "far:1", Text: "java.lang.RuntimeException: no"}
)

// ends are attempts: each lists the blocks that it must ask for, and how each ends. "never" is a block of which nothing
// is heard.
type ends []string

// script plays ends to a transferor and notes what its listener hears.
type script struct {
	s    *stage
	ends ends

	mu    sync.Mutex // never held across a call on the seam
	made  int        // attempts
	heard []string
}

// next is the next attempt: the ids it must ask for, and how each ends.
func (p *script) next() (ids, ways []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made == len(p.ends) {
		return nil, nil
	}
	for part := range strings.SplitSeq(p.ends[p.made], ", ") {
		id, way, _ := strings.Cut(part, " ")
		ids, ways = append(ids, id), append(ways, way)
	}
	p.made++
	return ids, ways
}

func (p *script) begin(asked []string, to block.Sink) {
	ids, ways := p.next()
	if !slices.Equal(ids, asked) {
		p.s.Errorf("an attempt asks for %v, want %v", asked, ids)
		return
	}
	for i, way := range ways {
		switch way {
		case "ok":
			to.Success(i, api.NewBytesBuffer(nil))
		case "io":
			to.Failure(i, ioError)
		case "runtime":
			to.Failure(i, runtimeError)
		}
	}
}

func (p *script) hear(id string, err error) {
	way := "ok"
	switch {
	case errors.Is(err, ioError):
		way = "io"
	case err != nil:
		way = "runtime"
	}
	p.mu.Lock()
	p.heard = append(p.heard, id+" "+way)
	p.mu.Unlock()
}

// so says whether all attempts were made and so much was heard.
func (p *script) so(heard int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.made == len(p.ends) && len(p.heard) >= heard
}

// attempts runs a transfer of the blocks of the first attempt with two retries and compares what its listener hears, in
// order, as "b0 ok" or "b0 runtime".
func attempts(t *testing.T, e ends, want ...string) {
	t.Helper()
	inWorlds(t, func(s *stage) {
		first, _ := (&script{ends: e}).next()
		p := &script{s: s, ends: e}
		block.Transfer(s.ctx, s.rt, first, 2, time.Nanosecond, p.begin, p.hear)
		s.until("the last attempt", func() bool { return p.so(len(want)) })
		if !slices.Equal(p.heard, want) {
			s.Errorf("heard %q, want %q", p.heard, want)
		}
	})
}

func TestRBT01NoFailures(t *testing.T) {
	attempts(t, ends{"b0 ok, b1 ok"}, "b0 ok", "b1 ok")
}

func TestRBT02UnrecoverableFailure(t *testing.T) {
	attempts(t, ends{"b0 runtime, b1 ok"}, "b0 runtime", "b1 ok")
}

func TestRBT03SingleIOExceptionOnFirst(t *testing.T) {
	attempts(t, ends{"b0 io, b1 ok", "b0 ok, b1 ok"}, "b0 ok", "b1 ok")
}

func TestRBT04SingleIOExceptionOnSecond(t *testing.T) {
	attempts(t, ends{"b0 ok, b1 io", "b1 ok"}, "b0 ok", "b1 ok")
}

func TestRBT05TwoIOExceptions(t *testing.T) {
	attempts(t, ends{"b0 io, b1 io", "b0 ok, b1 io", "b1 ok"}, "b0 ok", "b1 ok")
}

func TestRBT06ThreeIOExceptions(t *testing.T) {
	attempts(t, ends{"b0 io, b1 io", "b0 ok, b1 io", "b1 io"}, "b0 ok", "b1 io")
}

func TestRBT07RetryAndUnrecoverable(t *testing.T) {
	attempts(t, ends{"b0 io, b1 never, b2 never", "b0 ok, b1 runtime, b2 io", "b2 ok"}, "b0 ok", "b1 runtime", "b2 ok")
}

// TestOneOutcome: a second outcome of a block counts for nothing.
func TestOneOutcome(t *testing.T) {
	inWorlds(t, func(s *stage) {
		var heard []string
		begin := func(_ []string, to block.Sink) {
			to.Success(0, nil)
			to.Failure(0, runtimeError)
			to.Failure(0, ioError)
			to.Success(0, nil)
		}
		block.Transfer(s.ctx, s.rt, []string{"b0"}, 2, time.Nanosecond, begin, func(id string, err error) {
			heard = append(heard, fmt.Sprint(id, err))
		})
		if !slices.Equal(heard, []string{"b0<nil>"}) {
			s.Errorf("heard %q", heard)
		}
	})
}
