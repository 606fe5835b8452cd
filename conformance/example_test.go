// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"fmt"

	"github.com/twinwire/twinwire/conformance"
)

// A program that holds an implementation to one property, and then an implementation that is broken on purpose.
func ExampleCheck() {
	options := conformance.Options{Property: "messages of one sender arrive in the order sent", Cases: 20}
	fmt.Println("memnet broken:", conformance.Check(memnetHarness(), options).Broken())
	for _, m := range conformance.Mutants() {
		if m.Name == "swap-sends" {
			fmt.Println("mutant broken:", conformance.Check(m.Wrap(memnetHarness()), options).Broken())
		}
	}
	// Output:
	// memnet broken: []
	// mutant broken: [messages of one sender arrive in the order sent]
}
