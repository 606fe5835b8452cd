// SPDX-License-Identifier: Apache-2.0

package memnet

import "fmt"

// waitKind says what a task waits in.
type waitKind uint8

const (
	waitTurn  waitKind = iota + 1 // ready, or never ran
	waitHeld                      // kept back at a scheduling point
	waitYield                     // yields in vain
	waitLock
	waitWake
	waitRead
	waitWrite
	waitAccept
	waitDial
	waitDisk
	waitSleep
)

// describeWait is for reports.
//
//go:norace
func (t *task) describeWait() string {
	switch t.waiting {
	case waitTurn:
		return "its turn"
	case waitHeld:
		return "its turn (held)"
	case waitYield:
		return "Yield, time and again"
	case waitLock:
		if m, ok := t.on.(*mutex); ok && m.held() {
			return fmt.Sprintf("Lock (held by task %q of host %s)", m.owner.name, m.owner.host.name)
		}
		return "Lock"
	case waitWake:
		if s, ok := t.on.(*waiter); ok && s.what != nil {
			return s.what()
		}
		return "Wait"
	case waitRead:
		return fmt.Sprintf("Read %v", t.on)
	case waitWrite:
		return fmt.Sprintf("Write %v", t.on)
	case waitAccept:
		return fmt.Sprintf("Accept %v", t.on)
	case waitSleep:
		return "Sleep"
	case waitDisk:
		return "its disk"
	case waitDial:
		return fmt.Sprintf("Dial %v", t.on)
	}
	return "nothing"
}
