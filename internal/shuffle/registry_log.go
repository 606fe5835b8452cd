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
	maxBytes int64                 // the same in bytes

	mu      api.Mutex
	file    logFile // only the writing task uses it
	waiting []logEntry
	bytes   int // of what waits
	writing bool
	closed  bool

	idle []api.Waiter // of close
}

// slack is how many lines a registry's file may have beyond twice what it had when it was written anew.
const slack = 1000

// maxWaiting is how many bytes may wait to be written.
const maxWaiting = 64 << 20

// logFile is what is appended to.
type logFile struct {
	api.File // nil: to be written anew
	lines    int
	bytes    int64
}

type logEntry struct {
	line []byte
	done func(error)
}

var (
	// errRegistryClosed answers what is registered too late.
	errRegistryClosed = errors.New("the registry is closed")
	// errRegistryBusy answers what is registered faster than it can be written.
	errRegistryBusy = errors.New("too many registrations wait to be written")
)

func newRegistryLog(rt api.Runtime, at Place, maxBytes int64, snapshot func() []registration) *registryLog {
	return &registryLog{rt: rt, at: at, snapshot: snapshot, maxBytes: maxBytes, mu: rt.NewMutex()}
}

// begin writes the file anew.
func (l *registryLog) begin() error {
	f, err := l.rewrite()
	l.keep(f)
	return err
}

// keep notes what to append to next.
func (l *registryLog) keep(f logFile) {
	l.mu.Lock()
	l.file = f
	l.mu.Unlock()
}

// append has a line written and calls done then, from the writing task.
func (l *registryLog) append(line []byte, done func(error)) {
	l.mu.Lock()
	var refused error
	switch {
	case l.closed:
		refused = errRegistryClosed
	case l.bytes+len(line) > maxWaiting:
		refused = errRegistryBusy
	}
	if refused != nil {
		l.mu.Unlock()
		done(refused)
		return
	}
	l.waiting = append(l.waiting, logEntry{line, done})
	l.bytes += len(line)
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
		batch, f := l.waiting, l.file
		l.waiting, l.bytes = nil, 0
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
		f, err := l.writeBatch(f, batch)
		l.keep(f)
		for _, e := range batch {
			e.done(err)
		}
	}
}

// writeBatch appends to f and returns what to append to next. It writes the file anew when there is none, when most of its
// lines tell what is no longer so, when it gets too large, or when it is no longer what would be read.
func (l *registryLog) writeBatch(f logFile, batch []logEntry) (logFile, error) {
	var lines []byte
	for _, e := range batch {
		lines = append(lines, e.line...)
	}
	if f.File != nil && (f.lines > l.most || f.bytes > l.maxBytes || !l.inPlace(f)) {
		f.Close() // what it holds is synced
		f.File = nil
	}
	if f.File == nil {
		var err error
		if f, err = l.rewrite(); err != nil {
			return logFile{}, err
		}
	}
	if err := writeSynced(f, lines); err != nil {
		f.Close() // the other error tells more
		return logFile{}, fmt.Errorf("write %s: %w", l.at.Path, err)
	}
	f.lines += len(batch)
	f.bytes += int64(len(lines))
	return f, nil
}

// inPlace reports whether what has the name is f, as far as its size tells. Old files of a folder for temporary ones get
// removed, and people edit: what is appended to the file from before is lost with it.
func (l *registryLog) inPlace(f logFile) bool {
	info, err := l.at.Files.Stat(l.at.Name)
	return err == nil && info.Size() == f.bytes
}

// rewrite replaces the file by one that tells what is registered now, and returns it, open to be appended to.
func (l *registryLog) rewrite() (logFile, error) {
	fresh := l.at.Name + ".new"
	f, err := l.at.Files.Create(fresh)
	if err != nil {
		return logFile{}, fmt.Errorf("create %s: %w", l.at.Path, err)
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
		return logFile{}, errors.Join(fmt.Errorf("write %s: %w", l.at.Path, err), l.at.Files.Remove(fresh))
	}
	l.most = 2*len(live) + slack
	return logFile{f, len(live), int64(len(lines))}, nil
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
			l.file.File = nil
		}
		l.mu.Unlock()
		switch {
		case !writing && f.File != nil:
			return f.Close()
		case !writing:
			return nil
		}
		if err := w.Wait(nil); err != nil { //nolint:staticcheck // a nil context never ends a wait
			return err
		}
	}
}
