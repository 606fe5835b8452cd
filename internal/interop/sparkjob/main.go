// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/twinwire/twinwire/internal/interop/jvm"
)

// deadline bounds everything but the build.
const deadline = 5 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout)
	stop()
	switch {
	case errors.Is(err, jvm.ErrMissing):
		fmt.Fprintln(os.Stdout, "spark-job not run:", jvm.ErrMissing)
	case err != nil:
		fmt.Fprintln(os.Stderr, "sparkjob:", err)
		os.Exit(1)
	}
}

// run runs the application twice: with a service that stays, and with one that is killed in the middle.
func run(ctx context.Context, out io.Writer) error {
	spark, err := jvm.Build(ctx, "jvm")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "spark-job-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	simctl, err := buildSimctl(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, spark.Version())
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	for _, outage := range []time.Duration{0, 3 * time.Second} {
		t := trial{spark: spark, simctl: simctl, dir: filepath.Join(dir, fmt.Sprint(outage)), outage: outage, out: out}
		if err := t.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", t.name(), err)
		}
	}
	return nil
}
