// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"

	"github.com/twinwire/twinwire/internal/bench/peer"
)

// table is a group of cells printed together.
type table struct {
	title  string
	cells  []string
	head   []string
	fields func(results, key) []string
}

// rpcTables are the tables of the verb rpc.
func rpcTables() []table {
	calls := []string{
		"callers", "peer", "req/s (min-max)", "x grpc-go", "p50 us", "p99 us", "CPU us/req",
		"writes/req client", "server", "allocs/call", "others' CPU",
	}
	pushes := []string{
		"senders", "peer", "msg/s (min-max)", "x grpc-go", "CPU us/msg", "writes/msg client", "server", "allocs/msg",
		"server peak MB", "others' CPU",
	}
	return []table{
		{"unary echo, 64 B, one connection", []string{"64B/1", "64B/64", "64B/512"}, calls, callFields},
		{"unary echo, 4 KiB, one connection", []string{"4KiB/1", "4KiB/64", "4KiB/512"}, calls, callFields},
		{"unary echo, 64 B, both processes on one core", []string{"core"}, calls, callFields},
		{"one-way messages, 64 B, one connection, until all are acknowledged", []string{"oneway/1", "oneway/64"}, pushes, pushFields},
		{"idle connections", []string{"idle"}, []string{"connections", "peer", "server KB each", "server MB"}, idleFields},
	}
}

// printTables prints each table that has something to show.
func printTables(w io.Writer, tables []table, cells []cell, r results) {
	sizes := map[string]cell{}
	for _, c := range cells {
		sizes[c.name] = c
	}
	for _, t := range tables {
		lines := columns{left: 2}
		lines.add(t.head...)
		for _, name := range t.cells {
			for _, p := range sizes[name].peers {
				k := key{name, p}
				switch {
				case !r.planned(k):
				case len(r[k]) == 0:
					lines.add(fmt.Sprint(sizes[name].callers), p, "failed")
				default:
					lines.add(append([]string{fmt.Sprint(sizes[name].callers), p}, t.fields(r, k)...)...)
				}
			}
		}
		if len(lines.rows) > 1 {
			fmt.Fprintf(w, "\n%s\n", t.title)
			lines.print(w)
		}
	}
}

// rate is the rate with its range, and how many times grpc-go's it is.
func (r results) rate(k key) []string {
	s := r.sorted(k, func(s sample) float64 { return s.Rate })
	m, _ := r.median(k, func(s sample) float64 { return s.Rate })
	times := "-"
	if g, ok := r.median(key{k.cell, peer.GRPC}, func(s sample) float64 { return s.Rate }); ok {
		times = fmt.Sprintf("%.2f", m/g)
	}
	return []string{fmt.Sprintf("%s (%s-%s)", short(m), short(s[0]), short(s[len(s)-1])), times}
}

// text is the median of a metric in a format.
func (r results) text(k key, format string, m metric) string {
	v, _ := r.median(k, m)
	return fmt.Sprintf(format, v)
}

func callFields(r results, k key) []string {
	return append(r.rate(k),
		r.text(k, "%.1f", func(s sample) float64 { return s.P50 }),
		r.text(k, "%.0f", func(s sample) float64 { return s.P99 }),
		r.text(k, "%.2f", func(s sample) float64 { return s.CPU }),
		r.text(k, "%.3f", func(s sample) float64 { return s.ClientWrites }),
		r.text(k, "%.3f", func(s sample) float64 { return s.ServerWrites }),
		r.text(k, "%.1f", func(s sample) float64 { return s.Allocs }),
		r.text(k, "%.0f %%", func(s sample) float64 { return 100 * s.Foreign }),
	)
}

func pushFields(r results, k key) []string {
	return append(r.rate(k),
		r.text(k, "%.3f", func(s sample) float64 { return s.CPU }),
		r.text(k, "%.4f", func(s sample) float64 { return s.ClientWrites }),
		r.text(k, "%.4f", func(s sample) float64 { return s.ServerWrites }),
		r.text(k, "%.1f", func(s sample) float64 { return s.Allocs }),
		r.text(k, "%.0f", func(s sample) float64 { return s.PeakMB }),
		r.text(k, "%.0f %%", func(s sample) float64 { return 100 * s.Foreign }),
	)
}

func idleFields(r results, k key) []string {
	return []string{
		r.text(k, "%.2f", func(s sample) float64 { return s.ConnKB }),
		r.text(k, "%.0f", func(s sample) float64 { return s.PeakMB }),
	}
}
