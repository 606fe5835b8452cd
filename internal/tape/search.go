// SPDX-License-Identifier: Apache-2.0

package tape

import "slices"

// Next returns the tape to try after t in a search of all choices, depth first: the last choice that has a value left is
// raised by one, and what came after it is forgotten. It returns nil when all were tried. t is the recording of a run
// with the choices that are 0 in it, such as memnet's DFS strategy makes; choices of other streams are kept as they are.
func (t *Tape) Next(explore func(Stream) bool) *Tape {
	for i, c := range slices.Backward(t.Choices) {
		if !explore(t.Streams[c.Stream]) || c.Value+1 >= c.Bound {
			continue
		}
		next := t.Keep(func(j int, c Choice) bool { return j <= i })
		next.Choices[len(next.Choices)-1].Value++
		return next
	}
	return nil
}
