// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"container/list"
	"io/fs"
	"os"
	"time"

	"github.com/twinwire/twinwire/api"
)

// indexCache keeps the indexes used last, up to a size.
type indexCache struct {
	limit int64

	mu    api.Mutex
	size  int64
	order *list.List // of cachedIndex, the one used last in front
	byKey map[string]*list.Element
}

type cachedIndex struct {
	key   string
	look  look
	sure  bool // what has that look is still that file
	index Index
}

// look is what tells a file from another that had its name before.
type look struct {
	size    int64
	changed int64       // ns of the epoch
	file    fs.FileInfo // on the machine's disk, which of its files it is; nil: there is none
}

// lookOf is the zero look when there is no file.
func lookOf(at Place) look {
	info, err := at.Files.Stat(at.Name)
	if err != nil {
		return look{}
	}
	return look{info.Size(), info.ModTime().UnixNano(), info}
}

// is reports whether a file that looks so is the one that looked so before. One that was written in the same tick of the disk's
// clock, and got its name long after, is another file still.
func (l look) is(before look) bool {
	if l.size != before.size || l.changed != before.changed {
		return false
	}
	return os.SameFile(l.file, before.file) || !os.SameFile(l.file, l.file) // no two infos of another disk are of the same file
}

// clockTick is more than the coarsest clock that file systems mark changes with goes on at a time.
const clockTick = 2 * time.Second

// tells reports whether a file that looked so will look otherwise when it is changed after now. It may not while the file
// system's clock may still show the same.
func (l look) tells(now time.Time) bool { return now.UnixNano()-l.changed > int64(clockTick) }

// infoSize is about what the info of a file takes.
const infoSize = 224

func (c cachedIndex) weight() int64 { return int64(len(c.key)) + c.index.Retained() + infoSize }

func newIndexCache(rt api.Runtime, limit int64) *indexCache {
	return &indexCache{limit: limit, mu: rt.NewMutex(), order: list.New(), byKey: map[string]*list.Element{}}
}

// get returns the index of a file that surely is the one that was kept, because it looks so, or is gone.
func (c *indexCache) get(key string, now look) (Index, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[key]
	if e == nil {
		return Index{}, false
	}
	one := e.Value.(cachedIndex)
	if now.file != nil && !(one.sure && now.is(one.look)) {
		return Index{}, false
	}
	c.order.MoveToFront(e)
	return one.index, true
}

// put keeps x, of a file that looked so, surely or not, before it was read, unless it is larger than the whole cache may be.
func (c *indexCache) put(key string, before look, sure bool, x Index) {
	one := cachedIndex{key, before, sure, x}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropLocked(key)
	if one.weight() > c.limit {
		return
	}
	c.byKey[key] = c.order.PushFront(one)
	c.size += one.weight()
	for c.size > c.limit {
		c.dropLocked(c.order.Back().Value.(cachedIndex).key)
	}
}

func (c *indexCache) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropLocked(key)
}

func (c *indexCache) dropLocked(key string) {
	e := c.byKey[key]
	if e == nil {
		return
	}
	delete(c.byKey, key)
	c.size -= c.order.Remove(e).(cachedIndex).weight()
}
