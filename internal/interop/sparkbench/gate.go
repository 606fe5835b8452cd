// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

// A gate compares a cell of ours with Spark's of the same group.
type gate struct {
	name   string
	group  int
	ours   int // place in the group
	what   func(sample) float64
	target float64 // of ours divided by Spark's, the median
	most   bool    // the target is an upper bound
}

var gates = []gate{
	{name: "spark-ask-64", group: 0, ours: 1, what: rate, target: 5},
	{name: "spark-sendrpc-64", group: 2, ours: 1, what: rate, target: 3.5},
	{name: "spark-ask-64-p99", group: 0, ours: 1, what: p99, target: 1, most: true},
	{name: "spark-sendrpc-64-p99", group: 2, ours: 1, what: p99, target: 1, most: true},
	{name: "spark-ask-1", group: 1, ours: 1, what: rate, target: 1},
	{name: "spark-sendrpc-1", group: 3, ours: 1, what: rate, target: 1},
	{name: "spark-chunk-4k", group: 4, ours: 1, what: rate, target: 4},
	{name: "spark-chunk-64k", group: 5, ours: 1, what: rate, target: 1},
	{name: "spark-chunk-1m", group: 6, ours: 1, what: rate, target: 1},
	{name: "spark-executor-4k", group: 7, ours: 1, what: rate, target: 4},
	{name: "spark-executor-64k", group: 8, ours: 1, what: rate, target: 1.5},
	{name: "spark-service-4k", group: 9, ours: 1, what: rate, target: 4},
	{name: "spark-service-64k", group: 10, ours: 1, what: rate, target: 3},
}

// judge returns the gate's line, and whether the target is met. Samples that were all disturbed say nothing.
func (g gate) judge(r results) (string, bool) {
	spark, ours := groups[g.group][0], groups[g.group][g.ours]
	ratio, quiet := r.ratio(ours, spark, g.what)
	bound, ok := ">=", ratio.median >= g.target
	if g.most {
		bound, ok = "<=", ratio.median <= g.target
	}
	word := "ok"
	switch {
	case !quiet:
		word, ok = "DISTURBED", false
	case !ok:
		word = "SHORT"
	}
	return fmt.Sprintf("%s %.2fx %s%gx %s", g.name, ratio.median, bound, g.target, word), ok
}
