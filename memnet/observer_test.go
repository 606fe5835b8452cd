// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestObserve: whoever looks on sees each message leave and arrive, and what struck it, and changes nothing.
func TestObserve(t *testing.T) {
	const text = "plan 1\nlink * -> * latency=1ms\non rpc:ping #2 cut inside\nat 1s crash server\n"
	var all []Sighting
	_, seen := observedPings(t, text, func(s Sighting) { all = append(all, s) })
	if _, alone := pings(t, text); alone.Hash != seen.Hash {
		t.Errorf("hash %x, unobserved %x", seen.Hash, alone.Hash)
	}
	var got []string
	at := map[string]time.Duration{}
	for _, s := range all {
		if s.Kind != "send" && s.Kind != "arrive" && s.Kind != "fault" {
			continue
		}
		name := s.What[strings.LastIndexAny(s.What, ".:")+1:]
		got = append(got, fmt.Sprintf("%s %s %s %s", s.Kind, s.Host, s.Peer, name))
		message := fmt.Sprint(s.Way, " ", s.Number)
		if s.Kind == "send" {
			at[message] = s.At
		} else if d := s.At - at[message]; s.Kind == "arrive" && (d < time.Millisecond || d > 2*time.Millisecond) {
			t.Errorf("%+v was on its way for %v", s, d)
		}
	}
	want := []string{
		"send client server ping", "arrive server client ping", "send server client RpcResponse", "arrive client server RpcResponse",
		"send client server ping", "fault client server reset",
		"send client server ping", "arrive server client ping", "send server client RpcResponse", "arrive client server RpcResponse",
		"send client server ping", "arrive server client ping", "send server client RpcResponse", "arrive client server RpcResponse",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestObserveMissed: a message that comes to a host that is down is not told as one that it got.
func TestObserveMissed(t *testing.T) {
	var got []string
	observedPings(t, "plan 1\nlink * -> * latency=50ms\nat 120ms crash server for 1s\n", func(s Sighting) {
		if s.Number > 0 || s.Kind == "fault" {
			got = append(got, s.Kind+" "+s.Host)
		}
	})
	if want := []string{"send client", "fault server", "miss server"}; len(got) < 3 || !slices.Equal(got[:3], want) {
		t.Errorf("got %v, want %v first", got, want)
	}
}
