// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"flag"
	"fmt"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// falsifier runs rapid on one property outside a test: it is the TB that rapid reports to. FailNow ends the goroutine,
// so each property has its own.
type falsifier struct {
	name string

	mu     sync.Mutex
	failed bool
	seed   uint64 // of the first failing case, as rapid reports it
}

// rapidFlags serializes the use of rapid's settings, which are flags of the whole process.
var rapidFlags sync.Mutex

// falsify lets rapid look for a case of prop that fails, and make it smaller for shrink. It returns the seed that finds
// it at once, 0 if there is none.
func falsify(name string, cases int, seed uint64, shrink time.Duration, prop func(*rapid.T)) uint64 {
	rapidFlags.Lock()
	defer rapidFlags.Unlock()
	restore := setRapidFlags(map[string]string{
		"rapid.checks":     strconv.Itoa(checks(cases)),
		"rapid.seed":       strconv.FormatUint(seed, 10),
		"rapid.shrinktime": shrink.String(),
		// No file is ever written: a failing case is repeated by its seed.
		"rapid.nofailfile": "true",
	})
	defer restore()
	f := &falsifier{name: name}
	done := make(chan struct{})
	go func() {
		defer close(done)
		rapid.Check(f, prop)
	}()
	<-done
	switch {
	case !f.Failed():
		return 0
	case f.seed == 0:
		return seed
	}
	return f.seed
}

// setRapidFlags makes sure that the flags exist and are parsed, as rapid wants, without touching the program's arguments.
func setRapidFlags(values map[string]string) (restore func()) {
	if !flag.Parsed() {
		testing.Init()
		_ = flag.CommandLine.Parse(nil) // there is nothing to parse
	}
	before := map[string]string{}
	for name, value := range values {
		if f := flag.Lookup(name); f != nil {
			before[name] = f.Value.String()
			_ = f.Value.Set(value) // a number or a bool
		}
	}
	return func() {
		for name, value := range before {
			_ = flag.Lookup(name).Value.Set(value) // its own text
		}
	}
}

// checks undoes what rapid does to the number of checks under -short.
func checks(cases int) int {
	if testing.Testing() && testing.Short() {
		return cases * 5
	}
	return cases
}

// givenSeed is the seed that a user of go test gave to rapid, 0 if none.
func givenSeed() uint64 {
	f := flag.Lookup("rapid.seed")
	if f == nil {
		return 0
	}
	n, err := strconv.ParseUint(f.Value.String(), 0, 64)
	if err != nil {
		return 0
	}
	return n
}

var _ rapid.TB = (*falsifier)(nil)

func (f *falsifier) Helper()              {}
func (f *falsifier) Name() string         { return f.name }
func (f *falsifier) Logf(string, ...any)  {}
func (f *falsifier) Log(...any)           {}
func (f *falsifier) Skipf(string, ...any) { f.SkipNow() }
func (f *falsifier) Skip(...any)          { f.SkipNow() }
func (f *falsifier) SkipNow()             { runtime.Goexit() }
func (f *falsifier) Error(args ...any)    { f.Errorf("%s", fmt.Sprint(args...)) }
func (f *falsifier) Fatal(args ...any)    { f.Fatalf("%s", fmt.Sprint(args...)) }

// Errorf hears rapid's verdict, which names the seed of the failing case.
func (f *falsifier) Errorf(format string, args ...any) {
	f.Fail()
	m := regexp.MustCompile(`-rapid\.seed=(\d+)`).FindStringSubmatch(fmt.Sprintf(format, args...))
	if m == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seed == 0 {
		f.seed, _ = strconv.ParseUint(m[1], 10, 64) // digits
	}
}

// Fatalf is Errorf and FailNow.
func (f *falsifier) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	f.FailNow()
}

// Fail marks the property as falsified.
func (f *falsifier) Fail() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failed = true
}

// FailNow marks the property as falsified and ends the goroutine that runs rapid.
func (f *falsifier) FailNow() {
	f.Fail()
	runtime.Goexit()
}

// Failed says whether the property was falsified.
func (f *falsifier) Failed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}
