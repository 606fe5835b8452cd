// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
)

// registryLog appends registrations to a file. One task writes for all that have come meanwhile. After a failed write,
// which may have left part of a line, the file is written anew before anything else.
type registryLog struct {
	rt       api.Runtime
	at       Place
	snapshot func() []registration // what the file must tell when it is written anew
	most     int                   // lines before that is done again; only the writing task uses it

	mu      api.Mutex
	file    api.File // nil: to be written anew; only the writing task uses it
	lines   int      // in the file
	waiting []logEntry
	writing bool
	closed  bool

	idle []api.Waiter // of close
}

// slack is how many lines a registry's file may have beyond twice what it had when it was written anew.
const slack = 1000

type logEntry struct {
	registration
	done func(error)
}

// errRegistryClosed answers what is registered too late.
var errRegistryClosed = errors.New("the registry is closed")

func newRegistryLog(rt api.Runtime, at Place, snapshot func() []registration) *registryLog {
	return &registryLog{rt: rt, at: at, snapshot: snapshot, mu: rt.NewMutex()}
}

// begin writes the file anew.
func (l *registryLog) begin() error {
	f, n, err := l.rewrite()
	l.most = 2*n + slack
	l.keep(f, n)
	return err
}

// keep notes what to append to next.
func (l *registryLog) keep(f api.File, lines int) {
	l.mu.Lock()
	l.file, l.lines = f, lines
	l.mu.Unlock()
}

// append has a registration written and calls done then, from the writing task.
func (l *registryLog) append(r registration, done func(error)) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		done(errRegistryClosed)
		return
	}
	l.waiting = append(l.waiting, logEntry{r, done})
	start := !l.writing
	l.writing = true
	l.mu.Unlock()
	if start {
		l.rt.Go("write "+l.at.Path, l.write)
	}
}

// write is the writing task.
func (l *registryLog) write() {
	for {
		l.mu.Lock()
		batch, f, n := l.waiting, l.file, l.lines
		l.waiting = nil
		if len(batch) == 0 {
			l.writing = false
			idle := l.idle
			l.mu.Unlock()
			for _, w := range idle {
				w.Wake()
			}
			return
		}
		l.mu.Unlock()
		f, n, err := l.writeBatch(f, n, batch)
		l.keep(f, n)
		for _, e := range batch {
			e.done(err)
		}
	}
}

// writeBatch appends to f, which has n lines, and returns what to append to next. It writes the file anew when there is
// none, or when most of its lines tell what is no longer so.
func (l *registryLog) writeBatch(f api.File, n int, batch []logEntry) (api.File, int, error) {
	var lines []byte
	var err error
	for _, e := range batch {
		if lines, err = e.appendLine(lines); err != nil {
			return f, n, err
		}
	}
	if f != nil && n > l.most {
		f.Close() // what it holds is synced
		f = nil
	}
	if f == nil {
		if f, n, err = l.rewrite(); err != nil {
			return nil, 0, err
		}
		l.most = 2*n + slack
	}
	if err := writeSynced(f, lines); err != nil {
		f.Close() // the other error tells more
		return nil, 0, fmt.Errorf("write %s: %w", l.at.Path, err)
	}
	return f, n + len(batch), nil
}

// rewrite replaces the file by one that tells what is registered now, and returns it, open to be appended to, with the
// number of its lines.
func (l *registryLog) rewrite() (api.File, int, error) {
	fresh := l.at.Name + ".new"
	f, err := l.at.Files.Create(fresh)
	if err != nil {
		return nil, 0, fmt.Errorf("create %s: %w", l.at.Path, err)
	}
	var lines []byte
	live := l.snapshot()
	for _, r := range live {
		if lines, err = r.appendLine(lines); err != nil {
			break
		}
	}
	if err == nil {
		err = writeSynced(f, lines)
	}
	if err == nil {
		err = l.at.Files.Rename(fresh, l.at.Name)
	}
	if err != nil {
		f.Close() // the other error tells more
		return nil, 0, errors.Join(fmt.Errorf("write %s: %w", l.at.Path, err), l.at.Files.Remove(fresh))
	}
	return f, len(live), nil
}

func writeSynced(f api.File, b []byte) error {
	if _, err := f.Write(b); err != nil {
		return err
	}
	return f.Sync()
}

// close waits until what was registered is written, and closes the file.
func (l *registryLog) close() error {
	w := l.rt.NewWaiter()
	l.mu.Lock()
	l.closed = true
	l.idle = append(l.idle, w)
	l.mu.Unlock()
	for {
		l.mu.Lock()
		writing, f := l.writing, l.file
		if !writing {
			l.file = nil
		}
		l.mu.Unlock()
		switch {
		case !writing && f != nil:
			return f.Close()
		case !writing:
			return nil
		}
		if err := w.Wait(nil); err != nil { //nolint:staticcheck // a nil context never ends a wait
			return err
		}
	}
}
