// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/pkg/errors"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	good, err := check(ctx, ".", claimed, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "checklist:", err)
	}
	if err != nil || !good {
		os.Exit(1)
	}
}

// check prints the checklists of the module at dir on out, and on problems what
// keeps them from being good. The claims are the text of rows.txt.
func check(ctx context.Context, dir, claims string, out, problems io.Writer) (good bool, err error) {
	must, err := parseClaims(claims)
	if err != nil {
		return false, err
	}
	t, err := readTable(os.DirFS(dir))
	if err != nil {
		return false, err
	}
	t.order(must)
	var tests []testName
	for _, r := range t.rows {
		tests = append(tests, r.tests...)
	}
	ends, err := runTests(ctx, dir, tests)
	if err != nil {
		return false, err
	}
	t.judge(ends)
	if err := t.print(out, ends); err != nil {
		return false, errors.Wrap(err, "print the table")
	}
	t.complain(problems, ends)
	return len(t.problems) == 0, nil
}
