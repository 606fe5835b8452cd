// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// TestHeldReplies: a reply that is like the last is held and read from there, whatever happens to where it came from; one
// that is not, or has no room, is not held; and who wants another type gets what ReadReply would say.
func TestHeldReplies(t *testing.T) {
	c, err := New(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	content := func(v any) []byte {
		b, err := c.AppendValue(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var own OwnMemory
	if own.HoldReply(content(inParts{Text: "first"})) {
		t.Error("held before any was read")
	}
	kept := make([]inParts, 200)
	held := 0
	for n := range kept {
		b := content(inParts{Text: fmt.Sprint("reply ", n)})
		if own.HoldReply(b) {
			held++
			clear(b)
			err = c.ReadHeld(&kept[n], nil, api.RpcAddress{}, &own)
		} else {
			err = c.ReadReply(b, &kept[n], nil, api.RpcAddress{}, &own)
		}
		if err != nil {
			t.Fatal(err)
		}
		_ = append(kept[n].Bytes, "more than it has"...)
	}
	for n := range kept {
		if want := fmt.Sprint("reply ", n); kept[n].Text != want {
			t.Errorf("%d is now %q", n, kept[n].Text)
		}
	}
	if held == 0 || held == len(kept) {
		t.Errorf("%d of %d were held", held, len(kept))
	}
	own.parts.Reset(make([]byte, ownReplyBytes))
	for _, other := range [][]byte{content("text"), content(strings.Repeat("long", 50)), content(nil), c.AppendFailure(nil, errors.New("no"), 1000), nil} {
		if own.HoldReply(other) {
			t.Errorf("held %q", other)
		}
	}
	heldAgain := func(text string) {
		for b := content(inParts{Text: text}); !own.HoldReply(b); {
			var into inParts
			if err := c.ReadReply(content(inParts{Text: "room"}), &into, nil, api.RpcAddress{}, &own); err != nil {
				t.Fatal(err)
			}
		}
	}
	heldAgain("for another")
	var text string
	if err := c.ReadHeld(&text, nil, api.RpcAddress{}, &own); !errors.Is(err, api.ErrSerialization) || text != "" {
		t.Error(err, text)
	}
	heldAgain("for any")
	var reply any
	if err := c.ReadHeld(&reply, nil, api.RpcAddress{}, &own); !errors.Is(err, api.ErrUnhandled) {
		t.Error(err, reply)
	}
	heldAgain("panic")
	var into inParts
	if err := c.ReadHeld(&into, nil, api.RpcAddress{}, &own); !errors.Is(err, api.ErrSerialization) {
		t.Error(err)
	}
	heldAgain("for nobody")
	if err := c.ReadHeld(nil, nil, api.RpcAddress{}, &own); err != nil {
		t.Error(err)
	}
}
