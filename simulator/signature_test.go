// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"testing"

	"github.com/twinwire/twinwire/memnet"
)

// TestSignatureOfARole: what fails at one host of a role and at another, talking to any, is one failure.
func TestSignatureOfARole(t *testing.T) {
	for want, errs := range map[string][]error{
		"host worker":                     {&hostError{"worker-1", errors.New("a")}, &hostError{"worker-12", errors.New("b")}, &hostError{"worker2", errors.New("c")}},
		"panic worker pull from worker-#": {&memnet.PanicError{Host: "worker-1", Task: "pull from worker-2"}, &memnet.PanicError{Host: "worker-2", Task: "pull from worker-17"}},
		"exit worker pull from worker-#":  {&memnet.ExitError{Host: "worker-1", Task: "pull from worker-2"}},
		"host 7":                          {&hostError{"7", errors.New("a host that has no other name")}},
		"leak task worker watch worker-#": {
			&leakError{leaks: []Leak{{Kind: "task", Host: "worker-1", Name: "watch worker-2"}}}, &leakError{leaks: []Leak{{Kind: "task", Host: "worker-3", Name: "watch worker-1"}}},
		},
	} {
		for _, err := range errs {
			if got := signature(Failed, err); got != want {
				t.Errorf("%v: %q, want %q", err, got, want)
			}
		}
	}
}
