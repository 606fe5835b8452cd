// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"
	"strconv"
	"strings"

	"github.com/twinwire/twinwire/internal/tape"
)

// exponentialBound is what an exponential time is drawn from. 0 is the median, and the shortest is in the middle.
const exponentialBound = 1 << 16

// lengthOf returns how long the time is that a choice stands for, as far as times can be compared: for most choices
// their value.
func lengthOf(c tape.Choice) uint64 {
	if c.Bound == exponentialBound {
		return (c.Value + exponentialBound/2) % exponentialBound
	}
	return c.Value
}

// ofLength returns the choice that stands for a shorter time.
func ofLength(c tape.Choice, length uint64) tape.Choice {
	c.Value = length
	if c.Bound == exponentialBound {
		c.Value = (length + exponentialBound/2) % exponentialBound
	}
	return c
}

// shorten lowers what is left of the faults: how long they last, how soon they come, at which byte they cut. Of each it
// tries the shortest, then a quarter, then a half, as long as that goes.
func (k *shrinker) shorten() {
	for i := 0; i < len(k.best.tape.Choices) && !k.late(); i++ {
		for i < len(k.best.tape.Choices) && k.shortenOne(i) && !k.late() {
			continue
		}
	}
}

func (k *shrinker) shortenOne(i int) bool {
	t := k.best.tape
	c := t.Choices[i]
	length := lengthOf(c)
	if classOf(t.Streams[c.Stream]) != classFault || length < 2 {
		return false
	}
	var candidates []func() candidate
	for _, shorter := range []uint64{0, length / 4, length / 2} {
		candidates = append(candidates, func() candidate {
			lowered := t.Clone()
			lowered.Choices[i] = ofLength(c, shorter)
			return candidate{tape: lowered, cuts: k.best.cuts}
		})
	}
	_, found := k.first(candidates)
	return found
}

// renumber makes faults that recur strike at the first occasions: the third crash becomes the first, so that it needs no
// others to wait for, and at once if that goes.
func (k *shrinker) renumber() {
	for i := 0; i < len(k.best.tape.Streams) && !k.late(); i++ {
		k.renumberOne(k.best.tape.Streams[i])
	}
}

func (k *shrinker) renumberOne(s tape.Stream) {
	t := k.best.tape
	number, err := strconv.ParseUint(strings.TrimPrefix(s.Name, s.Purpose()+" "), 10, 64)
	if !recurs(s) || err != nil {
		return
	}
	var candidates []func() candidate
	for earlier := range number + 1 {
		to, ok := k.streamNamed(s.Purpose() + " " + strconv.FormatUint(earlier, 10))
		if !ok || to != s && slices.Contains(t.Streams, to) {
			continue
		}
		if to != s {
			candidates = append(candidates, func() candidate { return k.moved(t, s, to, false) })
		}
		candidates = append(candidates, func() candidate { return k.moved(t, s, to, true) })
	}
	k.first(candidates)
}

// streamNamed finds a stream among those of the run that is shrunk.
func (k *shrinker) streamNamed(name string) (tape.Stream, bool) {
	all := k.out.First.Tape.Streams
	if i := slices.IndexFunc(all, func(s tape.Stream) bool { return s.Name == name }); i >= 0 {
		return all[i], true
	}
	return tape.Stream{}, false
}

// moved returns the best run with the choices of one stream in another; at once, if soon.
func (k *shrinker) moved(t *Tape, from, to tape.Stream, soon bool) candidate {
	out := t.Clone()
	i := slices.Index(out.Streams, from)
	out.Streams[i] = to
	if soon {
		out = out.Keep(func(_ int, c tape.Choice) bool { return c.Stream != i || c.N != 1 })
		if i = slices.Index(out.Streams, to); i >= 0 {
			strikeAfter(out, i, 0)
		}
	}
	return candidate{tape: out, cuts: k.best.cuts}
}

// strikeAfter has the fault of a stream, which does not say when, strike after so long.
func strikeAfter(t *Tape, stream int, length uint64) {
	when := tape.Choice{Stream: stream, N: 1, Bound: exponentialBound}
	t.Choices = append(t.Choices, ofLength(when, length))
}
