// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"time"
)

// results are the samples of each cell. Those of a group stand side by side: the cells' samples of one place were taken
// one after another.
type results struct {
	samples map[cell][]sample
	quiet   float64 // share of the machine that strangers may have used
}

// places are those where no stranger disturbed the samples of any of the cells, or all when there is no such, and then ok
// is false: a busy machine flatters some cells, whose processors then never sleep, and starves others.
func (r results) places(cells ...cell) (places []int, ok bool) {
	var all []int
	for i := range r.samples[cells[0]] {
		all = append(all, i)
	}
	places = slices.DeleteFunc(slices.Clone(all), func(i int) bool {
		return slices.ContainsFunc(cells, func(c cell) bool { return r.samples[c][i].strangers > r.quiet })
	})
	if len(places) == 0 {
		return all, false
	}
	return places, true
}

// spread is the median of some values, with the smallest and the largest.
type spread struct{ low, median, high float64 }

func spreadOf(values []float64) spread {
	slices.Sort(values)
	n := len(values)
	return spread{values[0], (values[(n-1)/2] + values[n/2]) / 2, values[n-1]}
}

func (r results) spread(c cell, value func(sample) float64) spread {
	var all []float64
	places, _ := r.places(c)
	for _, i := range places {
		all = append(all, value(r.samples[c][i]))
	}
	return spreadOf(all)
}

// ratio is that of a value of one cell to another's, in samples that stand side by side; ok is false when all of them were
// disturbed.
func (r results) ratio(c, base cell, value func(sample) float64) (s spread, ok bool) {
	var all []float64
	places, ok := r.places(c, base)
	for _, i := range places {
		all = append(all, value(r.samples[c][i])/value(r.samples[base][i]))
	}
	return spreadOf(all), ok
}

func rate(s sample) float64      { return s.rate }
func p50(s sample) float64       { return micros(s.p50) }
func p99(s sample) float64       { return micros(s.p99) }
func cpu(s sample) float64       { return micros(s.cpu) }
func strangers(s sample) float64 { return 100 * s.strangers }

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
