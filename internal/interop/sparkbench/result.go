// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"time"
)

// results are the samples of each cell, one for each round.
type results struct {
	samples map[cell][]sample
	quiet   float64 // share of the machine that strangers may have used
}

// chosen are the samples of a cell that no stranger disturbed, or all when there is no such: a busy machine flatters some
// cells, whose processors then never sleep, and starves others.
func (r results) chosen(c cell) []sample {
	all := r.samples[c]
	if r.quietSamples(c) == 0 {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(s sample) bool { return s.strangers > r.quiet })
}

// quietSamples counts the samples of a cell that no stranger disturbed.
func (r results) quietSamples(c cell) (n int) {
	for _, s := range r.samples[c] {
		if s.strangers <= r.quiet {
			n++
		}
	}
	return n
}

// spread is the median of some values, with the smallest and the largest.
type spread struct{ low, median, high float64 }

func (r results) spread(c cell, value func(sample) float64) spread {
	var all []float64
	for _, s := range r.chosen(c) {
		all = append(all, value(s))
	}
	slices.Sort(all)
	n := len(all)
	return spread{all[0], (all[(n-1)/2] + all[n/2]) / 2, all[n-1]}
}

func rate(s sample) float64      { return s.rate }
func p50(s sample) float64       { return micros(s.p50) }
func p99(s sample) float64       { return micros(s.p99) }
func cpu(s sample) float64       { return micros(s.cpu) }
func strangers(s sample) float64 { return 100 * s.strangers }

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
