// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/twinwire/twinwire/conformance"
	"github.com/twinwire/twinwire/simulator/zoo"
)

// listCmd lists what other verbs take by name.
type listCmd struct{}

// Run is the verb.
func (*listCmd) Run(t *terminal) error {
	fmt.Fprintln(t.out, "scenario shuffle")
	for _, b := range zoo.Bugs() {
		fmt.Fprintf(t.out, "bug %-22s  %s\n", b.Name, b.Story)
	}
	for _, m := range conformance.Mutants() {
		fmt.Fprintln(t.out, "mutant", m.Name)
	}
	return nil
}
