// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// caught is the stack of a panic in f.
func caught(f func(of map[string]int)) (stack string) {
	defer func() { stack = api.NewPanicError(recover(), debug.Stack()).Stack }()
	f(nil)
	return ""
}

type clerk struct{}

func (*clerk) write(of map[string]int, _ func(int) string) { of["x"] = 1 }

func (c *clerk) again(of map[string]int) {
	defer func() { panic(recover()) }()
	c.write(of, nil)
}

// TestTheStackOfAPanic begins with the line that panicked, and holds no address: it is the same whenever the same happens.
func TestTheStackOfAPanic(t *testing.T) {
	for first, f := range map[string]func(of map[string]int){
		"api_test.(*clerk).write(...)":       func(of map[string]int) { new(clerk).write(of, nil) },
		"api_test.(*clerk).again.func1(...)": func(of map[string]int) { new(clerk).again(of) },
	} {
		stack := caught(f)
		if line, _, _ := strings.Cut(stack, "\n"); !strings.HasSuffix(line, first) {
			t.Errorf("want %s first in\n%s", first, stack)
		}
		if !strings.Contains(stack, "panic_stack_test.go:23\n") || regexp.MustCompile(`0x|goroutine`).MatchString(stack) {
			t.Errorf("want line 23 and no address in\n%s", stack)
		}
		elsewhere := make(chan string)
		go func() { elsewhere <- caught(f) }()
		there := <-elsewhere
		here, _, _ := strings.Cut(stack, "api_test.caught(")
		if !strings.HasPrefix(there, here) {
			t.Errorf("in another goroutine\n%s\nhere\n%s", there, here)
		}
	}
	if got := api.NewPanicError("x", []byte("no stack")).Stack; got != "no stack" {
		t.Errorf("%q", got)
	}
}
