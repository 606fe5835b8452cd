// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// writeTable writes a line for each cell: medians of the undisturbed samples, and in brackets the least and the most.
func (r results) writeTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "stack\tcell\t1/s\tGB/s\tx Spark\tp50 µs\tp99 µs\tCPU µs, both ends\tstrangers' CPU %\tquiet samples")
	for _, group := range groups {
		if len(r.samples[group[0]]) == 0 {
			continue
		}
		for _, c := range group {
			speed := r.spread(c, rate)
			ratio, _ := r.ratio(c, group[0], rate)
			places, _ := r.places(c)
			fmt.Fprintf(t, "%v\t%s\t%.1fk (%.1fk–%.1fk)\t%s\t%.2f (%.2f–%.2f)\t%v\t%v\t%v\t%v\t%d of %d\n", c.stack, c.name,
				speed.median/1e3, speed.low/1e3, speed.high/1e3, c.gigabytes(speed.median), ratio.median, ratio.low, ratio.high,
				r.spread(c, p50), r.spread(c, p99), r.spread(c, cpu), r.spread(c, strangers), len(places), len(r.samples[c]))
		}
	}
	return t.Flush()
}

func (s spread) String() string {
	return fmt.Sprintf("%s (%s–%s)", short(s.median), short(s.low), short(s.high))
}

// short shows a number with one digit behind the point while it is small.
func short(v float64) string {
	if v < 100 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// gigabytes is what so many blocks a second are in GB/s.
func (c cell) gigabytes(rate float64) string {
	if c.block == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", rate*float64(c.block)/1e9)
}
