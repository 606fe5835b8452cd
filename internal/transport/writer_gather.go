// SPDX-License-Identifier: Apache-2.0

package transport

import "github.com/twinwire/twinwire/api"

// writeSome performs the first steps of ops and returns how many. Small segments of files are read behind their headers,
// and as many as there are leave together: to have the system send them would cost a call for each, and a wake-up of the
// peer. When a step fails those before it were performed, and it counts as one of them; one whose segment cannot be read
// fails only where nothing can be sent instead.
func (w *writer) writeSome(ops []writeOp) (int, error) {
	if !w.gathers(&ops[0]) {
		return 1, w.write(&ops[0])
	}
	n, size := 0, int64(0)
	for ; n < len(ops) && w.gathers(&ops[n]) && size+ops[n].size() <= gatherBytes; n++ {
		size += ops[n].size()
	}
	room := w.bodies.Get(gatherBytes)
	defer room.Release()
	b := room.Memory()[:0]
	for done := 0; done < n; {
		some := adjoining(ops[done:n])
		next, err := w.gather(b, ops[done:done+some])
		if err != nil && some > 1 { // one at a time, to send those that are good
			some = 1
			next, err = w.gather(b, ops[done:done+1])
		}
		done += some
		if err != nil {
			if broken := w.put(b); broken != nil {
				return done, broken
			}
			return done, w.unreadable(&ops[done-1], err)
		}
		b = next
	}
	return n, w.put(b)
}

// adjoining is how many of ops, the first at least, are of tiny segments that follow each other in one file.
func adjoining(ops []writeOp) int {
	n := 1
	for before := ops[0].body.(*api.FileSegment); n < len(ops) && before.Size() <= tinySegment; n++ {
		seg := ops[n].body.(*api.FileSegment)
		if seg.Size() > tinySegment || seg.Offset() != before.Offset()+before.Size() || !seg.SameFile(before) {
			break
		}
		before = seg
	}
	return n
}

// gathers reports whether a step is a small segment of a file, with what stands before it.
func (w *writer) gathers(op *writeOp) bool {
	if op.body == nil || op.sealed != 0 {
		return false
	}
	seg, ok := op.body.(*api.FileSegment)
	return ok && seg.Size() < w.sendFrom && len(op.bytes) <= gatherBytes-gatherLimit
}

// size is how many pending bytes a step stands for.
func (op *writeOp) size() int64 {
	switch {
	case op.cipher != nil:
		return 0
	case op.sealed != 0:
		return op.sealed
	case op.body != nil:
		return int64(len(op.bytes)) + bodyCost + op.body.Size()
	}
	return int64(len(op.bytes))
}

// gather appends steps to b, which has room for them. Their segments adjoin: they are read at once, to the end of that
// room, and then moved behind their headers.
func (w *writer) gather(b []byte, ops []writeOp) ([]byte, error) {
	first := ops[0].body.(*api.FileSegment)
	f, err := w.fileOf(first)
	if err != nil {
		return b, err
	}
	if len(ops) == 1 {
		b = append(b, ops[0].bytes...)
		from := len(b)
		b = b[:from+int(first.Size())]
		return b, readExactly(f, first, b[from:], first.Offset())
	}
	size := 0
	for i := range ops {
		size += int(ops[i].body.Size())
	}
	data := b[cap(b)-size : cap(b)]
	if err := readExactly(f, first, data, first.Offset()); err != nil {
		return b, err
	}
	for i := range ops {
		n := ops[i].body.Size()
		b = append(append(b, ops[i].bytes...), data[:n]...)
		data = data[n:]
	}
	return b, nil
}
