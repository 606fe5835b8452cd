// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"strings"
	"time"
)

// Span is a length of time: Min, or one drawn evenly from Min to Max if Max is more, or Min and a drawn exponential time
// of that mean if Mean is not 0.
type Span struct{ Min, Max, Mean time.Duration }

// Exactly is a span that is not drawn.
func Exactly(d time.Duration) Span { return Span{Min: d} }

// String returns "3s", "1s..5s", "exp(2s)" or "100us+exp(400us)".
func (s Span) String() string {
	switch {
	case s.Max > s.Min:
		return clock(s.Min) + ".." + clock(s.Max)
	case s.Mean > 0 && s.Min > 0:
		return clock(s.Min) + "+exp(" + clock(s.Mean) + ")"
	case s.Mean > 0:
		return "exp(" + clock(s.Mean) + ")"
	}
	return clock(s.Min)
}

// clock writes a duration in ASCII.
func clock(d time.Duration) string { return strings.Replace(d.String(), "µ", "u", 1) }

func parseSpan(text string) (Span, string) {
	if low, high, ok := strings.Cut(text, ".."); ok {
		a, whyA := parseDuration(low)
		b, whyB := parseDuration(high)
		switch {
		case whyA != "" || whyB != "":
			return Span{}, cmp.Or(whyA, whyB)
		case b <= a:
			return Span{}, "the range is empty: want the smaller duration first"
		}
		return Span{Min: a, Max: b}, ""
	}
	var s Span
	base, mean, ok := strings.Cut(text, "exp(")
	if ok {
		mean, closed := strings.CutSuffix(mean, ")")
		d, why := parseDuration(mean)
		if why != "" || !closed || d == 0 {
			return Span{}, "want exp(MEAN), such as exp(400us)"
		}
		s.Mean = d
		if base == "" {
			return s, ""
		}
		if base, ok = strings.CutSuffix(base, "+"); !ok {
			return Span{}, "want LEAST+exp(MEAN), such as 100us+exp(400us)"
		}
	}
	if strings.Contains(base, "+") {
		return Span{}, "want LEAST+exp(MEAN), such as 100us+exp(400us)"
	}
	d, why := parseDuration(base)
	s.Min = d
	return s, why
}

// parseDuration parses a duration that is not negative.
func parseDuration(text string) (time.Duration, string) {
	d, why := parseSigned(text)
	if why == "" && d < 0 {
		return 0, "want a duration that is not negative"
	}
	return d, why
}

func parseSigned(text string) (time.Duration, string) {
	d, err := time.ParseDuration(text)
	if err != nil {
		if text != "" && allDigits(text) {
			return 0, "the unit is missing: want " + text + "s or " + text + "ms, for example"
		}
		for _, unit := range []string{"ns", "us", "µs", "ms", "s", "m", "h"} {
			if n, ok := strings.CutSuffix(text, unit); ok && n != "" && allDigits(n) {
				return 0, "that is too long: want at most 2562047h, which is 292 years"
			}
		}
		return 0, "want a duration, such as 200ms or 1.5s"
	}
	return d, ""
}
