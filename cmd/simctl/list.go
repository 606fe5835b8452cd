// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/twinwire/twinwire/conformance"
)

// listCmd lists what other verbs take by name.
type listCmd struct{}

// Run is the verb.
func (*listCmd) Run(t *terminal) error {
	fmt.Fprintln(t.out, "scenario shuffle")
	for _, m := range conformance.Mutants() {
		fmt.Fprintln(t.out, "mutant", m.Name)
	}
	return nil
}
