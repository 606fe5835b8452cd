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
const deadline = 10 * time.Minute

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

// trials are what is tried: a service that stays and one that is killed in the middle, and the other ways in which Spark
// comes to the same blocks.
func trials() []trial {
	return []trial{
		{name: "executors killed"},
		{name: "executors killed, service killed while they read and back after 3 s", outage: 3 * time.Second},
		{name: "old fetch protocol", settings: []string{"spark.shuffle.useOldFetchProtocol=true"}},
		{name: "blocks as streams", settings: []string{"spark.network.maxRemoteBlockSizeFetchToMem=1k"}},
		{name: "readers told where the files are", settings: []string{"spark.shuffle.readHostLocalDisk=true"}, direct: true},
	}
}

// run runs the application once for each trial.
func run(ctx context.Context, out io.Writer) error {
	spark, err := jvm.Build(ctx, "jvm", os.Getenv("SPARK_HOME"))
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
	for i, t := range trials() {
		t.spark, t.simctl, t.dir, t.out = spark, simctl, filepath.Join(dir, fmt.Sprint(i)), out
		if err := t.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}
