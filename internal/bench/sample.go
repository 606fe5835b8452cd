// SPDX-License-Identifier: Apache-2.0

package main

import "slices"

// sample is what one pair of processes measured. "Each" is per request or message, of a pull or save cell per
// block, but rate and CPU, which are for 10^9 bytes; of an idle cell only ConnKB counts.
type sample struct {
	Rate         float64 // requests, messages or GB a second
	P50, P99     float64 // µs
	CPU          float64 // µs each, both processes; of a pull or save cell s for a GB
	ClientWrites float64 // write calls each
	ServerWrites float64
	Allocs       float64 // each, in the client
	PeakMB       float64 // resident memory of the server at its highest
	ClientMB     float64 // that of the client, of a pull or save cell
	GrownMB      float64 // the same above what it had at its start
	ConnKB       float64 // resident memory of the server a connection
	Foreign      float64 // share of the machine that others used meanwhile
}

// metric takes one number out of a sample.
type metric func(sample) float64

// key names what a sample belongs to.
type key struct{ cell, peer string }

// results are the samples of a run. A key that was to be measured is there, even when every sample of it failed.
type results map[key][]sample

// planned says whether a key was to be measured.
func (r results) planned(k key) bool {
	_, ok := r[k]
	return ok
}

// median is the median of a metric over the rounds, false when there is no sample.
func (r results) median(k key, m metric) (float64, bool) {
	s := r.sorted(k, m)
	if len(s) == 0 {
		return 0, false
	}
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2, true
	}
	return s[len(s)/2], true
}

func (r results) sorted(k key, m metric) []float64 {
	var values []float64
	for _, s := range r[k] {
		values = append(values, m(s))
	}
	slices.Sort(values)
	return values
}
