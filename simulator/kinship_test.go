// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"testing"

	"github.com/twinwire/twinwire/memnet"
)

func TestAkin(t *testing.T) {
	host := func(name, text string) error { return &hostError{host: name, err: errors.New(text)} }
	panics := func(value any) error { return &memnet.PanicError{Host: "a", Task: "boot", Value: value} }
	held := func(text string) error { return &notHeldError{kind: "check", name: "x", err: errors.New(text)} }
	for _, c := range []struct {
		a, b error
		want bool
	}{
		{host("a-1", "entry 7 of apple is lost"), host("a-2", "entry 12 of pear is lost"), true},
		{host("a", "it took long"), host("a", "ask echo at spark://echo@server:7077: connect server:7077: connection refused"), false},
		{host("a", "ask x: connection refused after it took long"), host("a", "it took long"), false},
		{host("a", "12"), host("a", "13"), true},
		{panics("runtime error: index out of range [3] with length 3"), panics("runtime error: index out of range [7] with length 2"), true},
		{panics("runtime error: index out of range [3] with length 3"), panics("runtime error: invalid memory address or nil pointer dereference"), false},
		{held("two holders"), held("no answer at all"), true},
	} {
		if akin(c.a, c.b) != c.want || akin(c.b, c.a) != c.want {
			t.Errorf("%v, %v: want %v", c.a, c.b, c.want)
		}
	}
}
