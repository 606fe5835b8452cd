// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"
)

// ErrShort is the error of a run in which a gate was short.
var ErrShort = errors.New("a gate is short")

// Run measures every cell, prints the table and the gates, and returns [ErrShort] when one is short. The arguments are
// flags; -h lists them.
func Run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 && args[0] == bubbleVerb {
		return beBubble(args[1:])
	}
	f := flag.NewFlagSet("bench sim", flag.ContinueOnError)
	rounds := f.Int("rounds", 5, "how often each cell is measured; the median counts")
	scale := f.Int("scale", 20, "how much work a cell does: 32,000 asks each in W1")
	only := f.String("only", "", "measure the cells whose names hold this")
	if err := f.Parse(args); err != nil {
		return err
	}
	debug.SetGCPercent(gcPercent)
	r := results{}
	for round := range *rounds {
		for _, c := range cells(max(*scale, 1)) {
			if !strings.Contains(c.name, *only) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			v, err := c.measure(uint64(round) + 1)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			r[c.name] = append(r[c.name], v)
		}
	}
	fmt.Fprintf(out, "%s, %d rounds, medians; asks are of %d bytes, one outstanding a client, faults and trace hash on; GOGC %d\n",
		runtime.Version(), *rounds, payload, gcPercent)
	r.print(out)
	if short := r.gates(out); short > 0 {
		return fmt.Errorf("%w: %d of them", ErrShort, short)
	}
	return nil
}

// gcPercent is GOGC: worlds are small, and with 100 half of what idle hosts cost is the
// collector, which looks at their stacks again and again.
const gcPercent = 400

// results are what was measured, by cell.
type results map[string][]float64

func (r results) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, c := range cells(1) {
		if values := r[c.name]; len(values) > 0 {
			fmt.Fprintf(w, "%s\t%s\t%s\t\n", c.name, number(median(values)), c.unit)
		}
	}
	_ = w.Flush()
	fmt.Fprintln(out)
}

// number writes three digits.
func number(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%.2fM", v/1e6)
	case v >= 1e4:
		return fmt.Sprintf("%.0fk", v/1e3)
	}
	return fmt.Sprintf("%.3g", v)
}
