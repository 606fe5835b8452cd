// SPDX-License-Identifier: Apache-2.0

package plan

import "strings"

// Nearest returns the known word that a wrong one was meant for, or "" if none is near.
func Nearest(wrong string, known []string) string {
	best, least := "", 1+max(1, len(wrong)/3)
	for _, k := range known {
		if d := distance(strings.ToLower(wrong), strings.ToLower(k)); d < least && d < len(wrong) {
			best, least = k, d
		}
	}
	return best
}

// suggest returns `did you mean "…"?` for the known word nearest to a wrong one, or the words there are.
func suggest(wrong string, known []string) string {
	if best := Nearest(wrong, known); best != "" {
		return `did you mean "` + best + `"?`
	}
	if len(known) == 0 {
		return ""
	}
	return "want " + orList(known)
}

// orList writes "a, b or c".
func orList(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// distance is how many letters must be added, removed, changed or swapped with their neighbour to make b of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
