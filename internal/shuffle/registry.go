// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/twinwire/twinwire/api"
)

// Registry knows where executors keep their shuffle files. With a file of its own it still knows after a restart. The
// last registration of an executor counts. Safe for concurrent use.
type Registry struct {
	rt    api.Runtime
	roots Roots
	limit int
	most  int64        // bytes
	log   *registryLog // nil: nothing is kept

	unkept error   // what Kept returns
	lost   []error // what Lost returns

	mu        api.Mutex
	executors map[ExecutorID]registered
	bytes     int64 // of their lines
}

type registered struct {
	info ExecutorInfo
	dirs Dirs
	size int64 // of its line
}

// maxLine is how long what is kept of an executor may be: 1,024 directories of 250 bytes.
const maxLine = 256 << 10

// RegistryConfig configures a [Registry].
type RegistryConfig struct {
	Roots Roots
	// File is where registrations are kept. Its zero value keeps none: they are forgotten with the process, as Spark's
	// own service does by default.
	File Place
	// Limit is how many executors may be registered at a time. 0: 100,000.
	Limit int
	// MaxBytes is how much may be kept of all of them together. The file is written anew when it has twice that. 0: 256 MiB.
	MaxBytes int64
}

// OpenRegistry returns a registry of the executors that its file tells of and that have a local directory left. It writes
// the file anew; when that fails, because the disk is full, those are served all the same, if there are any: see
// [Registry.Kept]. A line that cannot be read costs its executor alone, for a service that does not start costs all of them:
// see [Registry.Lost].
func OpenRegistry(rt api.Runtime, cfg RegistryConfig) (*Registry, error) {
	r := &Registry{
		rt: rt, roots: cfg.Roots, limit: cmp.Or(cfg.Limit, 100_000), most: cmp.Or(cfg.MaxBytes, maxRegistryBytes/4),
		mu: rt.NewMutex(), executors: map[ExecutorID]registered{},
	}
	if cfg.File.Files == nil {
		return r, nil
	}
	if err := r.remember(cfg.File); err != nil {
		return nil, err
	}
	r.log = newRegistryLog(rt, cfg.File, 2*r.most, r.registrations)
	if r.unkept = r.log.begin(); r.unkept != nil && len(r.executors) == 0 {
		return nil, r.unkept
	}
	return r, nil
}

// Kept is nil, or why the file could not be written when the registry was opened. What it told of is known; a registration
// fails for as long as that is so.
func (r *Registry) Kept() error { return r.unkept }

// Lost is what the file told of when the registry was opened and is not known: a line that could not be read matches
// [ErrTorn], an executor's directories may be gone or not be among the roots.
func (r *Registry) Lost() []error { return r.lost }

// remember registers what the file tells of.
func (r *Registry) remember(file Place) error {
	kept, torn, err := readRegistrations(file)
	r.lost = torn
	last := map[ExecutorID]int{}
	for i, one := range kept {
		last[one.ExecutorID] = i
	}
	for i, one := range kept {
		if last[one.ExecutorID] != i {
			continue
		}
		dirs, err := r.roots.Dirs(one.ExecutorInfo)
		if err == nil && !dirs.anyLeft() {
			err = errors.New("its local directories are gone")
		}
		if err != nil {
			r.lost = append(r.lost, fmt.Errorf("application %s executor %s: %w", one.AppID, one.ExecID, err))
			continue
		}
		r.noteLocked(one, dirs) // nobody else has the registry yet
	}
	return err
}

// anyLeft says whether a local directory exists: Spark removes them when an application has ended. One that cannot be looked
// at, for want of descriptors or because its disk fails, has not been removed.
func (d Dirs) anyLeft() bool {
	return slices.ContainsFunc(d.Local, func(dir Dir) bool {
		info, err := dir.Files.Stat(dir.Name)
		if err != nil {
			return !errors.Is(err, fs.ErrNotExist)
		}
		return info.IsDir()
	})
}

// registrations lists what is registered, in the order of the ids.
func (r *Registry) registrations() []registration {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]registration, 0, len(r.executors))
	for _, id := range slices.SortedFunc(maps.Keys(r.executors), compareIDs) {
		list = append(list, registration{ExecutorID: id, ExecutorInfo: r.executors[id].info})
	}
	return list
}

func compareIDs(a, b ExecutorID) int {
	return cmp.Or(cmp.Compare(a.AppID, b.AppID), cmp.Compare(a.ExecID, b.ExecID))
}

// Register notes where an executor keeps its files, and calls done when that is kept for good or was refused, from any
// task. An error that matches [ErrRefused] is the executor's fault.
func (r *Registry) Register(id ExecutorID, info ExecutorInfo, done func(error)) {
	one := registration{ExecutorID: id, ExecutorInfo: info}
	dirs, line, err := r.admit(one)
	if err != nil {
		done(err)
		return
	}
	one.size = int64(len(line))
	note := func(err error) {
		if err == nil {
			r.mu.Lock()
			r.noteLocked(one, dirs)
			r.mu.Unlock()
		}
		done(err)
	}
	if r.log == nil {
		note(nil)
		return
	}
	r.log.append(line, note)
}

// noteLocked registers an executor, or what is new of it.
func (r *Registry) noteLocked(one registration, dirs Dirs) {
	r.forgetLocked(one.ExecutorID)
	r.executors[one.ExecutorID] = registered{one.ExecutorInfo, dirs, one.size}
	r.bytes += one.size
}

func (r *Registry) forgetLocked(id ExecutorID) {
	r.bytes -= r.executors[id].size
	delete(r.executors, id)
}

// admit checks a registration, and returns the line that is kept of it.
func (r *Registry) admit(one registration) (dirs Dirs, line []byte, err error) {
	if err := one.check(); err != nil {
		return dirs, nil, err
	}
	if len(one.Manager) > maxText || !plainText(one.Manager) {
		return dirs, nil, refuse("shuffle manager %.200q: not a class name", one.Manager)
	}
	if dirs, err = r.roots.Dirs(one.ExecutorInfo); err != nil {
		return dirs, nil, err
	}
	if line, err = one.appendLine(nil); err != nil {
		return dirs, nil, err
	}
	if len(line) > maxLine {
		return dirs, nil, refuse("%d bytes are to be kept of one executor, the limit is %d", len(line), maxLine)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	before, known := r.executors[one.ExecutorID]
	switch n := len(r.executors); {
	case !known && n >= r.limit:
		return dirs, nil, refuse("%d executors are registered, which is the limit", n)
	case r.bytes-before.size+int64(len(line)) > r.most:
		return dirs, nil, refuse("%d bytes are kept of %d executors, which is the limit", r.bytes, n)
	}
	return dirs, line, nil
}

// Find returns what an executor told. An unknown one is a *NotRegisteredError.
func (r *Registry) Find(id ExecutorID) (Dirs, ExecutorInfo, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one, ok := r.executors[id]
	if !ok {
		return Dirs{}, ExecutorInfo{}, &NotRegisteredError{id}
	}
	return one.dirs, one.info, nil
}

// Len is how many executors are registered.
func (r *Registry) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.executors)
}

// Sweep forgets the executors whose local directories are all gone and returns how many they were. The file still tells
// of them until it is next written anew.
func (r *Registry) Sweep() int {
	gone := 0
	for _, one := range r.registrations() {
		dirs, _, err := r.Find(one.ExecutorID)
		if err != nil || dirs.anyLeft() {
			continue
		}
		r.mu.Lock()
		if slices.Equal(r.executors[one.ExecutorID].info.LocalDirs, one.LocalDirs) {
			r.forgetLocked(one.ExecutorID)
			gone++
		}
		r.mu.Unlock()
	}
	return gone
}

// Close ends the registry's file; nothing may be registered any more.
func (r *Registry) Close() error {
	if r.log == nil {
		return nil
	}
	return r.log.close()
}
