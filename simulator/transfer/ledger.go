// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"errors"
	"fmt"
	"sync"

	"github.com/twinwire/twinwire/api"
)

// ledger is what the outside knows of a run.
type ledger struct {
	rounds int // under faults

	mu       sync.Mutex     // never held across a scheduling point
	due      map[string]int // blocks asked for and not heard of, by activity and id
	mistakes []error
	client   report
	server   report
}

// report is what one side says of itself when it is done.
type report struct {
	done  bool
	left  []string // temporary files
	open  int      // files that are not closed
	audit *api.BufferAudit
}

func newLedger(rounds int) *ledger { return &ledger{rounds: rounds, due: map[string]int{}} }

// ask notes that blocks are asked for by an activity.
func (l *ledger) ask(activity string, ids ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		l.due[activity+" "+id]++
	}
}

func (l *ledger) mistake(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mistakes = append(l.mistakes, fmt.Errorf(format, args...))
}

// hear notes how a block of an activity ended. A block that came must hold what it was made with.
func (l *ledger) hear(activity, id string, data api.ManagedBuffer, err error) {
	key := activity + " " + id
	if l.tick(key) < 0 {
		l.mistake("%s: heard of once too often", key)
	}
	if err != nil {
		if named, ok := errors.AsType[*api.BlockError](err); !ok || named.BlockID != id || named.Cause == nil {
			l.mistake("%s: the error does not name the block and a cause: %v", key, err)
		}
		return
	}
	if data == nil {
		return
	}
	b, err := data.Bytes()
	if err != nil || !isContent(id, b) {
		l.mistake("%s: came with %d bytes that are not its own: %v", key, len(b), err)
	}
}

// tick takes one off what is due under the key.
func (l *ledger) tick(key string) (left int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.due[key]--
	return l.due[key]
}

// sound says whether nothing went wrong so far.
func (l *ledger) sound() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.mistakes...)
}

// settled says whether every block was heard of and nothing is left.
func (l *ledger) settled() error {
	var errs []error
	for key, n := range l.due {
		if n != 0 {
			errs = append(errs, fmt.Errorf("%s: heard of %d times too seldom", key, n))
		}
	}
	for name, r := range map[string]report{"client": l.client, "server": l.server} {
		switch {
		case !r.done:
			errs = append(errs, fmt.Errorf("%s: did not end", name))
			continue
		case len(r.left) > 0 || r.open != 0:
			errs = append(errs, fmt.Errorf("%s: temporary files %v and %d open files are left", name, r.left, r.open))
		}
		if err := r.audit.Err(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}
