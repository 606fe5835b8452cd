// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"time"

	"github.com/twinwire/twinwire/api"
)

// askList holds the unanswered asks of one timeout, oldest first, so that one timer serves them all: the oldest is the
// next to time out. It is guarded by the env's mu.
type askList struct {
	timeout     time.Duration
	setting     string // the timeout's name
	first, last *pendingAsk
	timer       api.Timer
	armed       bool
}

// freeAsks bounds how many finished asks are kept for use again.
const freeAsks = 1024

// register starts an ask. It reports false when the env is stopping.
func (e *Env) register(to api.RpcEndpointRef, l *askList) (*pendingAsk, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopping {
		return nil, false
	}
	var a *pendingAsk
	if n := len(e.free); n > 0 {
		a = e.free[n-1]
		e.free[n-1] = nil
		e.free = e.free[:n-1]
	} else {
		a = &pendingAsk{env: e, w: e.rt.NewWaiter(), mu: e.rt.NewMutex()}
	}
	a.to = to
	a.deadline = e.rt.Now().Add(l.timeout).UnixNano()
	a.list, a.prev, a.next = l, l.last, nil
	if l.last == nil {
		l.first = a
	} else {
		l.last.next = a
	}
	l.last = a
	if !l.armed {
		l.armed = true
		if l.timer == nil {
			l.timer = e.rt.AfterFunc(l.timeout, func() { e.expire(l) })
		} else {
			l.timer.Reset(l.timeout)
		}
	}
	return a, true
}

// unregister ends an ask that has its outcome, and keeps it for another when nobody else can know it.
func (e *Env) unregister(a *pendingAsk, reuse bool) {
	e.mu.Lock()
	l := a.list
	if a.prev == nil {
		l.first = a.next
	} else {
		a.prev.next = a.next
	}
	if a.next == nil {
		l.last = a.prev
	} else {
		a.next.prev = a.prev
	}
	a.prev, a.next = nil, nil
	if reuse && len(e.free) < freeAsks {
		a.reset()
		e.free = append(e.free, a)
	}
	e.mu.Unlock()
}

// reset makes a finished ask ready for another.
func (a *pendingAsk) reset() {
	a.mu.Lock()
	a.generation++
	a.to, a.done, a.answered, a.value, a.err, a.client, a.id = api.RpcEndpointRef{}, false, false, nil, nil, nil, 0
	if cap(a.body) > 64<<10 {
		a.body = nil
	}
	a.mu.Unlock()
}

// asked names an ask and its generation.
type asked struct {
	*pendingAsk
	at uint64
}

// expire ends the asks of l that have timed out.
func (e *Env) expire(l *askList) {
	e.mu.Lock()
	now := e.rt.Now().UnixNano()
	var late []asked
	a := l.first
	for ; a != nil && a.deadline <= now; a = a.next {
		late = append(late, asked{a, a.generation})
	}
	l.armed = a != nil
	if l.armed {
		l.timer.Reset(time.Duration(a.deadline - now))
	}
	e.mu.Unlock()
	for _, a := range late {
		a.timeOut(a.at, l)
	}
}

// pendingAsks returns the unanswered asks, oldest first within one timeout.
func (e *Env) pendingAsks() []asked {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []asked
	for _, l := range []*askList{&e.asks, &e.lookups, &e.watches} {
		for a := l.first; a != nil; a = a.next {
			all = append(all, asked{a, a.generation})
		}
	}
	return all
}

// started is when the ask began.
func (a *pendingAsk) started() time.Time { return time.Unix(0, a.deadline).Add(-a.list.timeout) }
