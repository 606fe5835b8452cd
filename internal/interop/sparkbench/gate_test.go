// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"
	"time"
)

func TestGates(t *testing.T) {
	r := results{samples: map[cell][]sample{}, quiet: 0.1}
	fill := func(c cell, rate float64, p99 time.Duration) {
		r.samples[c] = []sample{
			{rate: rate / 2, p99: p99}, {rate: rate, p99: p99}, {rate: rate * 3, p99: p99},
			{rate: rate * 9, p99: 9 * p99, strangers: 0.2}, {rate: rate * 9, p99: 9 * p99, strangers: 0.3},
		}
	}
	for _, group := range groups {
		fill(group[0], 1000, 200)
		for _, c := range group[1:] {
			fill(c, 4000, 300)
		}
	}
	want := []string{
		"spark-ask-64 4.00x >=5x SHORT", "spark-sendrpc-64 4.00x >=3.5x ok",
		"spark-ask-64-p99 1.50x <=1x SHORT", "spark-sendrpc-64-p99 1.50x <=1x SHORT",
		"spark-ask-1 4.00x >=1x ok", "spark-sendrpc-1 4.00x >=1x ok",
		"spark-chunk-4k 4.00x >=4x ok", "spark-chunk-64k 4.00x >=1x ok", "spark-chunk-1m 4.00x >=1x ok",
		"spark-executor-4k 4.00x >=4x ok", "spark-executor-64k 4.00x >=1.5x ok",
		"spark-service-4k 4.00x >=4x ok", "spark-service-64k 4.00x >=3x ok",
	}
	for i, g := range gates {
		if got, _ := g.judge(r); got != want[i] {
			t.Errorf("got %q, want %q", got, want[i])
		}
		if c := groups[g.group][g.ours]; c.stack != ours {
			t.Errorf("%s judges %v", g.name, c)
		}
	}
	for _, group := range groups {
		if group[0].stack != spark {
			t.Errorf("the first of a group is %v", group[0])
		}
	}
}

func TestDisturbedSamples(t *testing.T) {
	g := gates[0]
	theirs, c := groups[g.group][0], groups[g.group][g.ours]
	r := results{samples: map[cell][]sample{
		theirs: {{rate: 1}, {rate: 1}, {rate: 1, strangers: 0.2}},
		c:      {{rate: 5, strangers: 0.2}, {rate: 6, strangers: 0.3}, {rate: 9}},
	}, quiet: 0.1}
	if got, ok := g.judge(r); got != "spark-ask-64 6.00x >=5x DISTURBED" || ok {
		t.Errorf("all disturbed: %q, %v", got, ok)
	}
	r.samples[theirs] = append(r.samples[theirs], sample{rate: 2})
	r.samples[c] = append(r.samples[c], sample{rate: 14, strangers: 0.05})
	if got, ok := g.judge(r); got != "spark-ask-64 7.00x >=5x ok" || !ok {
		t.Errorf("one undisturbed: %q, %v", got, ok)
	}
}

func TestCompareSideBySide(t *testing.T) {
	theirs, c := groups[0][0], groups[0][1]
	r := results{samples: map[cell][]sample{theirs: {{rate: 1}, {rate: 10}, {rate: 100}}, c: {{rate: 2}, {rate: 20}, {rate: 600}}}}
	if got, ok := r.ratio(c, theirs, rate); got != (spread{2, 2, 6}) || !ok {
		t.Errorf("got %v, %v", got, ok)
	}
}
