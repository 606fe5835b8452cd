// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twinwire/twinwire/memnet"
)

// sightingText says in words what happened.
func sightingText(s memnet.Sighting) string {
	switch s.Kind {
	case "send":
		return fmt.Sprintf("sends %s to %s", s.What, s.Peer)
	case "arrive":
		return fmt.Sprintf("gets %s from %s", s.What, s.Peer)
	case "miss":
		return fmt.Sprintf("does not get %s from %s: its end of the connection is gone", s.What, s.Peer)
	case "dial":
		return "connects to " + s.Peer
	case "accept":
		return "accepts " + s.Peer
	case "close":
		return "closes the connection to " + s.Peer
	case "fault":
		if s.Peer != "" {
			return fmt.Sprintf("FAULT %s, %s -> %s", s.What, s.Host, s.Peer)
		}
		return "FAULT " + s.Text
	case "mark":
		return "mark: " + s.What
	case "log":
		if why, ok := failedAsk(s); ok {
			return "ask fails: " + why
		}
		return "log: " + s.Text
	case "boot":
		return "starts"
	case "create", "write", "sync", "rename", "remove":
		return s.Kind + "s " + s.What
	case kindFile:
		return s.What
	case "full":
		return "has " + s.What
	case "lose":
		return "loses " + s.What
	}
	if s.What == "" {
		return s.Kind
	}
	return s.Kind + ": " + s.What
}

// Cause is something that happened in a run and can have led to its failure.
type Cause struct {
	At   time.Duration // virtual time
	Host string        // empty: between hosts
	What string        // such as "sends rpc:Acquire to server"
}

// Causes returns what can have led to the failure, from the start to the end: what happened on the hosts it concerns, what
// their messages came from, and every fault.
func (e Explanation) Causes() []Cause {
	var all []Cause
	for _, s := range e.causes() {
		all = append(all, Cause{At: s.At, Host: s.Host, What: sightingText(s)})
	}
	return all
}

// causes returns what can have led to the failure: what happened on the hosts it concerns, what their messages came
// from, and every fault. It is found from the end to the start.
func (e Explanation) causes() []memnet.Sighting {
	concerned := e.concerned()
	wanted := map[message]bool{} // they arrived where it counts
	var all []memnet.Sighting
	for _, s := range slices.Backward(e.seen) {
		if ofTheStack(s) {
			continue
		}
		m := message{s.Way, s.Number}
		if s.Kind == "send" && wanted[m] {
			concerned[s.Host] = true
		}
		if s.Kind != "fault" && s.Kind != "heal" && s.Kind != "lose" && !concerned[s.Host] {
			continue
		}
		if s.Kind == "arrive" {
			wanted[m] = true
		}
		all = append(all, s)
	}
	slices.Reverse(all)
	return all
}

// concerned are the hosts that the failure is about: the one whose function or task failed; or all, because what must
// hold is about what any of them did.
func (e Explanation) concerned() map[string]bool {
	concerned := map[string]bool{}
	if host := e.failedHost(); host != "" {
		concerned[host] = true
		return concerned
	}
	for _, host := range e.hostNames() {
		concerned[host] = true
	}
	return concerned
}

// failedHost is the host of the function or task that failed, if one did.
func (e Explanation) failedHost() string {
	if h, ok := errors.AsType[*hostError](e.Run.Err); ok {
		return h.host
	}
	if p, ok := errors.AsType[*memnet.PanicError](e.Run.Err); ok {
		return p.Host
	}
	if x, ok := errors.AsType[*memnet.ExitError](e.Run.Err); ok {
		return x.Host
	}
	return ""
}

// hostNames are the hosts of the story, in the order in which they came up.
func (e Explanation) hostNames() []string {
	var all []string
	for _, s := range e.seen {
		for _, name := range []string{s.Host, s.Peer} {
			if name != "" && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// hostStory sums up what a host did.
func (e Explanation) hostStory(host string) string {
	counts := map[string]int{}
	last := memnet.Sighting{}
	for _, s := range e.seen {
		if s.Host != host {
			continue
		}
		counts[s.Kind]++
		if s.Kind == "fault" {
			counts["fault "+s.What]++
		}
		if !ofTheStack(s) {
			last = s
		}
	}
	text := fmt.Sprintf("sent %s, got %s", plural(counts["send"], "message"), plural(counts["arrive"], "message"))
	if n := counts["mark"]; n > 0 {
		text += fmt.Sprintf(", hit %s", plural(n, "mark"))
	}
	if n := counts["write"]; n > 0 {
		text += fmt.Sprintf(", wrote to files %s, synced %s", times(n), times(counts["sync"]))
	}
	if n := counts["fault crash"]; n > 0 {
		text += fmt.Sprintf(", crashed %s", times(n))
	}
	if last.Kind != "" {
		text += fmt.Sprintf("; last, at %s: %s", clock(last.At), oneLine(sightingText(last)))
	}
	return text
}

// ofTheStack reports whether it is what the stack notes of itself: messages and faults tell the same. That an ask has failed no
// message tells.
func ofTheStack(s memnet.Sighting) bool {
	if s.Kind == "log" {
		_, failed := failedAsk(s)
		return !failed && strings.HasPrefix(s.Text, "level=DEBUG ")
	}
	return s.Kind == "dial" || s.Kind == "accept" || s.Kind == "close"
}

// failedAsk returns why an ask of the host has ended without a reply, if that is what is noted.
func failedAsk(s memnet.Sighting) (why string, ok bool) {
	rest, ok := strings.CutPrefix(s.Text, `level=DEBUG msg="ask failed" `)
	if !ok || s.Kind != "log" {
		return "", false
	}
	_, quoted, ok := strings.Cut(rest, " cause=")
	if why, err := strconv.Unquote(quoted); err == nil {
		return why, ok
	}
	return quoted, ok
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
