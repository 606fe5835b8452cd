// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"path"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/tape"
)

// An unsynced write is one that a crash may lose.
type unsynced struct {
	end int   // of its bytes in the file
	at  int64 // virtual time
}

// crash loses a drawn part of what was not synced.
//
//go:norace
func (f *Files) crash() { f.crashIn(f.top, "/") }

//go:norace
func (f *Files) crashIn(n *node, name string) {
	if n.dir() {
		for _, e := range n.children.entries {
			f.crashIn(e.node, path.Join(name, e.name))
		}
	}
	if len(n.unsynced) > 0 {
		f.loseUnsynced(n, name)
	}
}

// loseUnsynced takes back a drawn number of the last writes to a file, or all but a part of the first of them.
//
//go:norace
func (f *Files) loseUnsynced(n *node, name string) {
	h, w, s := f.host, f.host.world, &f.disk.lossDraws
	f.disk.losses++
	s.n = f.disk.losses * tape.PerOccasion
	lost := int(w.choose(s, uint64(len(n.unsynced)+1)))
	kept := len(n.unsynced) - lost
	size := n.synced
	if kept > 0 {
		size = n.unsynced[kept-1].end
	}
	whole := size
	if lost > 0 && w.strikes(s, f.disk.tornPPM) {
		if next := n.unsynced[kept].end - size; next > 1 {
			size += 1 + int(w.choose(s, uint64(next-1)))
			w.strike(fault.Torn, h, nil, "torn write in "+name)
		}
	}
	if lost > 0 {
		f.tell(kindLose, n.lossText(name, kept, size, size-whole), 0)
	}
	f.disk.used -= int64(len(n.data) - size)
	n.data = n.data[:size:size]
	n.synced, n.unsynced, n.lied = size, nil, 0
}

// lossText says which writes a crash takes back: those after the kept ones, but for some bytes of the first.
//
//go:norace
func (n *node) lossText(name string, kept, size, torn int) string {
	lost := n.unsynced[kept:]
	first, last := time.Duration(lost[0].at), time.Duration(lost[len(lost)-1].at)
	text := fmt.Sprintf("the write of %.3fs to %s", first.Seconds(), name)
	if len(lost) > 1 {
		text = fmt.Sprintf("the last %d writes to %s, of %.3fs to %.3fs", len(lost), name, first.Seconds(), last.Seconds())
	}
	text += fmt.Sprintf(": %d bytes", len(n.data)-size)
	if torn > 0 {
		text += fmt.Sprintf(", all but the first %d", torn)
	}
	if kept < n.lied {
		return text + ", whose sync was lost"
	}
	return text + ", not synced"
}

// empty takes all out of a file.
//
//go:norace
func (n *node) empty() { n.data, n.synced, n.unsynced, n.lied = nil, 0, nil, 0 }

// wholeName is how a file is told of, however it was named.
//
//go:norace
func wholeName(name string) string { return path.Clean("/" + name) }

// tell keeps for the report what happens to a file.
//
//go:norace
func (f *Files) tell(kind happeningKind, name string, bytes int) {
	f.host.world.note(happening{kind: kind, host: f.host, text: name, n: int64(bytes)})
}
