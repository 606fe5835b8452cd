// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"slices"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// messageLoops are the message loops of an env, as Spark's SharedMessageLoop, or those of one isolated endpoint, as its
// DedicatedMessageLoop. A loop is a task that is started when there is work for it. A loop whose handler waits in an ask
// lends its place to another; so does one of an env's loops that a handler keeps for long (see stalled_loop.go).
type messageLoops struct {
	env     *Env
	name    string
	limit   int // how many may be busy
	watched bool

	guests   guests
	mu       api.Mutex // locked by lock
	ready    []*inbox  // with work
	busy     int       // loops that process an inbox, without those that lent their place
	idle     []*messageLoop
	all      []*messageLoop
	closed   bool // loops end when there is no work
	watching bool
	timer    api.Timer // of the watch
}

// messageLoop is one of them, guarded by the mu of all.
type messageLoop struct {
	w       api.Waiter
	in      *inbox // being processed
	batch   uint64 // how many times an inbox was taken
	seen    uint64 // batch, when the watch last looked
	stalled bool   // the watch lent its place
	at      int    // in all

	// The loop's own.
	unwritten []*transport.Client // with answers of this batch
	place     *guestPlace         // the last among the guests
	tag       uint64              // that it is known by there
	frame     []byte              // memory to encode the next answer in, behind room for what a frame begins with
	held      transport.RpcReply  // of the answer in frame, which may be the last of the batch; zero: there is none
	box       any                 // a pointer that replies are put behind: see api.OnAsk

	reads atomic.Pointer[transport.Client] // whose reading task it is, or was; nil: of none
	turn  atomic.Uint64                    // its turn, while it processes an inbox
}

// flushLater has the answers on c written at the end of the batch, if c is not nil.
func (l *messageLoop) flushLater(c *transport.Client) {
	if c != nil {
		l.unwritten = append(l.unwritten, c)
	}
}

// hold keeps an answer on a reading task's own connection, in frame, until it is known whether it is the last of the batch:
// then it is added and written in one go. Before the next message is handled it is released, so there is only one.
func (l *messageLoop) hold(r transport.RpcReply) bool {
	if c := l.reads.Load(); c == nil || !r.Over(c) || len(l.unwritten) > 0 {
		return false
	}
	l.held = r
	return true
}

// release has the answer that is held written at the end of the batch.
func (l *messageLoop) release() {
	if l.held.Asked() {
		l.flushLater(l.held.Gather(l.frame[transport.FrameRoom:]))
		l.held = transport.RpcReply{}
	}
}

// flush ends a batch.
func (l *messageLoop) flush() {
	if l.held.Asked() {
		l.held.Now(l.frame)
		l.held = transport.RpcReply{}
	}
	for i, c := range l.unwritten {
		l.unwritten[i] = nil
		c.Flush()
	}
	l.unwritten = l.unwritten[:0]
}

func newMessageLoops(e *Env, name string, limit int) *messageLoops {
	return &messageLoops{env: e, name: name, limit: limit, mu: e.rt.NewMutex()}
}

// schedule hands an inbox with work to a loop.
func (p *messageLoops) schedule(in *inbox) {
	p.lock()
	p.ready = append(p.ready, in)
	p.staff()
}

// staff gives waiting work to an idle loop or a new one, if one more may be busy. It is called with mu held and returns
// without it.
func (p *messageLoops) staff() {
	var wake api.Waiter
	start := false
	switch n := len(p.idle); {
	case len(p.ready) == 0:
	case p.busy >= p.limit:
		p.watch()
	case n > 0:
		wake = p.idle[n-1].w
		p.idle = p.idle[:n-1]
	default:
		start = true
	}
	p.unlock()
	if wake != nil {
		wake.Wake()
	}
	if start {
		p.env.rt.Go(p.name, p.run)
	}
}

// run is a loop's task. It ends with the env or the endpoint, or when enough others idle.
func (p *messageLoops) run() {
	l := &messageLoop{w: p.env.rt.NewWaiter()}
	p.lock()
	p.enlist(l)
	p.unlock()
	defer p.abandoned(l)
	more := false
	for {
		in, wait := p.next(l, more)
		switch {
		case in != nil:
			more = in.process(l, batch)
			l.flush()
		case wait:
			_ = l.w.Wait(nil) //nolint:staticcheck // a nil context: until there is work
		default:
			return
		}
	}
}

// next ends what l did, more saying whether its inbox has more messages, and takes an inbox to process. wait says that
// there is none now, and that l is listed as idle.
func (p *messageLoops) next(l *messageLoop, more bool) (in *inbox, wait bool) {
	p.lock()
	defer p.unlock()
	if l.in != nil {
		p.finish(l, more)
	} else if i := slices.Index(p.idle, l); i >= 0 {
		p.idle = slices.Delete(p.idle, i, i+1)
	}
	if len(p.ready) > 0 && p.busy < p.limit {
		in = p.takeReady()
		p.begin(l, in)
	}
	if len(p.ready) > 0 && p.busy >= p.limit {
		p.watch()
	}
	switch {
	case in != nil:
		return in, false
	case p.closed || len(p.idle) >= p.limit:
		p.remove(l)
		return nil, false
	}
	p.idle = append(p.idle, l)
	return nil, true
}

// takeReady takes the first of the inboxes with work. It is called with mu held.
func (p *messageLoops) takeReady() *inbox {
	in := p.ready[0]
	p.ready[0] = nil
	if len(p.ready) == 1 {
		p.ready = p.ready[:0] // its memory is used again
	} else {
		p.ready = p.ready[1:]
	}
	return in
}

// begin makes l one of the loops that are busy, to process in. It is called with mu held.
func (p *messageLoops) begin(l *messageLoop, in *inbox) {
	l.in = in
	p.admit(l)
}

// admit counts a loop that processes its inbox. It is called with mu held.
func (p *messageLoops) admit(l *messageLoop) {
	p.busy++
	l.in.running++
	l.batch++
}

// finish ends the processing of l's inbox. It is called with mu held.
func (p *messageLoops) finish(l *messageLoop, more bool) {
	in := l.in
	l.in = nil
	if l.stalled {
		l.stalled = false
		p.restore(in)
	}
	in.running--
	if in.lent > in.running {
		in.lent--
	} else {
		p.busy--
	}
	if more {
		p.ready = append(p.ready, in)
	}
}

// abandoned replaces a loop whose task a handler has ended (runtime.Goexit).
func (p *messageLoops) abandoned(l *messageLoop) {
	if l.in == nil {
		return
	}
	l.flush()
	more := l.in.abandoned()
	p.lock()
	in := l.in
	p.finish(l, more)
	p.remove(l)
	p.staff()
	in.endpointFailed(errTaskEnded, false)
}

// join makes l, a reading task's, one of the loops that are busy, to process in, unless other inboxes or too many loops
// are there already.
func (p *messageLoops) join(l *messageLoop, in *inbox) bool {
	if p.guests.enter(l, in) {
		return true
	}
	p.lock()
	free := len(p.ready) == 0 && p.busy < p.limit && !p.closed
	if free {
		p.begin(l, in)
		p.enlist(l)
	}
	p.unlock()
	return free
}

// keeps begins another batch of l, unless other inboxes wait.
func (p *messageLoops) keeps(l *messageLoop) bool {
	if l.visits() {
		return true
	}
	p.lock()
	defer p.unlock()
	if len(p.ready) > 0 {
		return false
	}
	l.batch++
	return true
}

// leave ends what join began; more says that the inbox has more messages.
func (p *messageLoops) leave(l *messageLoop, more bool) {
	if !more && l.endVisit() {
		return
	}
	p.lock()
	p.finish(l, more)
	p.remove(l)
	p.staff()
}

// enlist makes l one of all. It is called with mu held.
func (p *messageLoops) enlist(l *messageLoop) {
	l.at = len(p.all)
	p.all = append(p.all, l)
}

// remove forgets l. It is called with mu held.
func (p *messageLoops) remove(l *messageLoop) {
	end := len(p.all) - 1
	last := p.all[end]
	p.all[l.at], last.at = last, l.at
	p.all[end] = nil
	p.all = p.all[:end]
}

// lend gives the place of a loop that processes in, whose handler waits, to another. It reports whether there was one;
// then takeBack ends that.
func (p *messageLoops) lend(in *inbox) bool {
	p.lock()
	if in.lent >= in.running {
		p.unlock()
		return false
	}
	in.lent++
	p.busy--
	p.staff()
	return true
}

func (p *messageLoops) takeBack(in *inbox) {
	p.lock()
	p.restore(in)
	p.unlock()
}

// restore takes back a place lent for in. It is called with mu held.
func (p *messageLoops) restore(in *inbox) {
	if in.lent > 0 {
		in.lent--
		p.busy++
	}
}

// close ends the loops once there is no work.
func (p *messageLoops) close() {
	p.lock()
	p.closed = true
	idle := p.idle
	p.idle = nil
	if p.timer != nil {
		p.timer.Stop()
	}
	p.unlock()
	for _, l := range idle {
		l.w.Wake()
	}
}
