// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/twinwire/twinwire/internal/interop/jvm"
	"github.com/twinwire/twinwire/internal/interop/peer"
)

// The application's shape; see ShuffleJob.
const (
	maps      = 8
	reducers  = 40
	executors = 2
)

// chunks is the service's count of chunks.
const chunks = "shuffle_chunks_total"

// trial is one run of the application.
type trial struct {
	name     string
	outage   time.Duration // for so long the service is away; 0: never
	settings []string      // of Spark, key=value
	direct   bool          // the readers, on the same host, open the files themselves

	spark  *jvm.Project
	simctl string
	dir    string
	out    io.Writer
}

func (t *trial) run(ctx context.Context) (err error) {
	local, home := filepath.Join(t.dir, "local"), filepath.Join(t.dir, "home")
	for _, disk := range disks() {
		if err := os.MkdirAll(filepath.Join(local, disk), 0o755); err != nil {
			return err
		}
	}
	s, err := startService(ctx, t.simctl, local, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	_, port, err := net.SplitHostPort(s.address)
	if err != nil {
		return err
	}
	cmd, err := t.spark.Application(ctx, home, append([]string{"shuffle-job", port, localDirs(local)}, t.settings...)...)
	if err != nil {
		return err
	}
	began := time.Now()
	job, err := peer.Start("the application", cmd)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, job.Stop()) }()
	dead, err := job.Await("written")
	if err != nil {
		return err
	}
	if dead != strconv.Itoa(executors) {
		return fmt.Errorf("%s executors were killed, want %d", dead, executors)
	}
	written := time.Now()
	if err := job.Tell("read"); err != nil {
		return err
	}
	if t.outage > 0 {
		if s, err = t.restart(ctx, s, local); err != nil {
			return err
		}
	}
	seen, err := job.Await("right")
	if err != nil {
		return err
	}
	if err := t.check(seen); err != nil {
		return err
	}
	read := time.Now()
	if err := s.await(ctx, "shuffle_files_removed_total", 2*maps); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "ok %s: result right, %s; written after %.1f s, read in %.1f s, files removed\n",
		t.name, seen, written.Sub(began).Seconds(), read.Sub(written).Seconds())
	return job.Tell("end")
}

// restart kills the service when it has served a part, and starts another in its place.
func (t *trial) restart(ctx context.Context, s *service, dir string) (*service, error) {
	before, err := s.count(ctx, chunks)
	if err != nil {
		return s, err
	}
	if err := s.await(ctx, chunks, before+maps*reducers/4); err != nil {
		return s, err
	}
	if err := s.kill(); err != nil {
		return s, err
	}
	select {
	case <-ctx.Done():
		return s, ctx.Err()
	case <-time.After(t.outage):
	}
	again, err := startService(ctx, t.simctl, dir, s.address)
	if err != nil {
		return s, err
	}
	if again.remembered != 2*executors {
		return again, fmt.Errorf("the service remembered %d executors, want %d", again.remembered, 2*executors)
	}
	return again, nil
}

// disks are the executors' local directories.
func disks() []string { return []string{"one", "two"} }

// localDirs is spark.local.dir.
func localDirs(top string) string {
	var dirs []string
	for _, disk := range disks() {
		dirs = append(dirs, filepath.Join(top, disk))
	}
	return strings.Join(dirs, ",")
}

// check holds what the scheduler saw against what must be: nothing was written twice, nothing failed, and every block
// came from the service.
func (t *trial) check(seen string) error {
	want := map[string]int{
		"map-tasks": 0, "reduce-tasks": reducers, "fetch-failures": 0, "failures": 0,
		"remote-blocks": maps * reducers, "local-blocks": 0,
	}
	if t.direct {
		want["remote-blocks"], want["local-blocks"] = 0, maps*reducers
	}
	for field := range strings.FieldsSeq(seen) {
		name, value, _ := strings.Cut(field, "=")
		if n, ok := want[name]; ok && value != strconv.Itoa(n) {
			return fmt.Errorf("%s, want %s=%d", seen, name, n)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		return fmt.Errorf("%q does not tell everything", seen)
	}
	return nil
}
