// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/twinwire/twinwire/memnet"
)

// akin reports whether two failures of one signature are likely to have one cause. What an invariant or a check is about,
// its name says; but a host's function may fail for many reasons, which only the text tells apart: half of the words must
// be the same, for others are names and values.
func akin(a, b error) bool {
	one, other := ownWords(a), ownWords(b)
	both := 0
	for _, w := range one {
		if slices.Contains(other, w) {
			both++
		}
	}
	return 2*both >= max(len(one), len(other))
}

// ownWords returns the words of what a host's function returned, or a task panicked with; without numbers. They are sorted.
func ownWords(err error) []string {
	text := ""
	if host, ok := errors.AsType[*hostError](err); ok {
		text = host.err.Error()
	}
	if p, ok := errors.AsType[*memnet.PanicError](err); ok {
		text = strings.TrimPrefix(fmt.Sprint(p.Value), "runtime error: ")
	}
	words := strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) })
	slices.Sort(words)
	return slices.Compact(words)
}
