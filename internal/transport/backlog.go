// SPDX-License-Identifier: Apache-2.0

package transport

import "sync/atomic"

// backlog is how many bytes wait or are being written. The count belongs to who holds the writer's mu; whether it is
// high can be seen without. It is no atomic for that, because each change of one waits for every store before it.
type backlog struct {
	bytes int64
	most  int64       // of answers
	tight atomic.Bool // bytes are writeRoom or more
	full  atomic.Bool // bytes are most or more
}

// add counts n bytes more, or less. It is called with mu held.
func (b *backlog) add(n int64) {
	b.bytes += n
	if b.bytes >= writeRoom || b.bytes >= b.most || b.tight.Load() || b.full.Load() {
		b.mark()
	}
}

// mark tells whether the count is high.
func (b *backlog) mark() {
	mark(&b.tight, b.bytes >= writeRoom)
	mark(&b.full, b.bytes >= b.most)
}

// mark sets a flag, which mostly has that value already.
func mark(flag *atomic.Bool, v bool) {
	if flag.Load() != v {
		flag.Store(v)
	}
}
