// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"strconv"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
)

// Event is one thing that happened.
type Event struct {
	At   time.Duration // virtual time since the start
	Host string        // where; empty for what is between hosts
	Kind string        // such as "deliver", "log", "fault"
	Text string
}

// happening is an event before anyone wants to read it.
type happening struct {
	at   int64
	kind happeningKind
	host *Host
	text string
	pipe *pipe
	n    int64
}

type happeningKind uint8

const (
	kindLog happeningKind = iota + 1
	kindDropped
	kindFault
	kindDial
	kindAccept
	kindDeliver
	kindClose
	kindForeign
	kindBoot
	kindHeal
	kindCreate
	kindWrite
	kindFull
	kindSync
	kindRename
	kindRemove
	kindLose
)

//go:norace
func (k happeningKind) String() string {
	return [...]string{"", "log", "dropped", "fault", "dial", "accept", "deliver", "close", "deadline", "boot", "heal",
		"create", "write", "full", "sync", "rename", "remove", "lose"}[k]
}

//go:norace
func (e happening) event() Event {
	out := Event{At: time.Duration(e.at), Kind: e.kind.String(), Text: e.text}
	if e.host != nil {
		out.Host = e.host.name
	}
	switch e.kind {
	case kindDropped:
		out.Text = fmt.Sprintf("task %q not started: the host is down", e.text)
	case kindDeliver:
		out.Text = e.pipe.String() + ": " + strconv.FormatInt(e.n, 10) + " bytes"
	case kindCreate, kindSync, kindRemove:
		out.Text = wholeName(e.text)
	case kindWrite:
		out.Text = fmt.Sprintf("%d bytes to %s", e.n, wholeName(e.text))
	case kindFull:
		out.Text = fmt.Sprintf("no room for %d bytes of %s", e.n, wholeName(e.text))
	case kindDial, kindAccept, kindClose:
		out.Text = e.pipe.String()
	case kindForeign:
		out.Text = "connection deadline was made by the machine's clock: use Runtime.Now"
	}
	if e.kind == kindFault && e.pipe != nil {
		out.Text = e.text + " " + e.pipe.String()
	}
	return out
}

// strike counts a fault and keeps it for the report. Text may be more than the kind; the pipe may be nil.
//
//go:norace
func (w *World) strike(kind fault.Kind, h *Host, p *pipe, text string) {
	w.faults.count(kind)
	if text == "" {
		text = string(kind)
	}
	if w.observer != nil {
		w.observer.fault(kind, h, p, text)
	}
	w.note(happening{kind: kindFault, host: h, pipe: p, text: text})
}
