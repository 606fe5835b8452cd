// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/twinwire/twinwire/internal/bench/meter"
)

// longest is how long a sample may take: that of 20 GiB to a disk, usually a tenth.
const longest = 5 * time.Minute

// sample starts a server and a client, takes their sample and ends them.
func (r *runner) sample(ctx context.Context, c cell, peer string) (s sample, err error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	t := task{
		Role: server, Peer: peer, Profile: r.profile(c, peer, "server"), Kind: c.kind,
		Payload: c.payload, Callers: c.callers, Warmup: r.warmup, Seconds: r.seconds,
		File: r.files.data(), Blocks: c.blocks, Congestion: r.congestion,
	}
	if c.sparse {
		t.File = r.files.sparse()
	}
	if c.kind == save {
		t.Dest = r.files.dest(c.sparse)
	}
	srv, err := start(ctx, t, c.oneCore)
	if err != nil {
		return s, err
	}
	defer ending(srv, c.name+" "+peer+" server")
	if t.Addr, err = srv.line(); err != nil {
		return s, fmt.Errorf("server: %w", err)
	}
	t.Role, t.Server, t.Profile = client, srv.cmd.Process.Pid, r.profile(c, peer, "client")
	if c.kind == idle {
		t.Role, t.Profile = crowd, ""
	}
	cli, err := start(ctx, t, c.oneCore)
	if err != nil {
		return s, err
	}
	defer ending(cli, c.name+" "+peer+" client")
	if c.kind == idle {
		return watchIdle(srv, cli, c.callers)
	}
	return readSample(cli)
}

// ending stops a child. A stack that does not end well is worth a line, but what was measured before stands.
func ending(p *process, who string) {
	if err := p.stop(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", who, err)
	}
}

// readSample reads the sample that a client prints at its end.
func readSample(cli *process) (s sample, err error) {
	line, err := cli.line()
	if err != nil {
		return s, err
	}
	err = json.Unmarshal([]byte(line), &s)
	return s, err
}

// watchIdle measures what n connections add to a server's resident memory, above what the first few do.
func watchIdle(srv, cli *process, n int) (sample, error) {
	few, err := residentWith(srv, cli, 50)
	if err != nil {
		return sample{}, err
	}
	many, err := residentWith(srv, cli, n)
	return sample{ConnKB: float64(many-few) / 1024 / float64(n), PeakMB: float64(many) / (1 << 20)}, err
}

// residentWith opens n more connections and returns the server's resident memory once it has come to rest.
func residentWith(srv, cli *process, n int) (int64, error) {
	if err := cli.command(fmt.Sprintf(openCommand, n)); err != nil {
		return 0, err
	}
	time.Sleep(200 * time.Millisecond)
	if err := srv.command(collect); err != nil {
		return 0, err
	}
	now, _, err := meter.ResidentOf(srv.cmd.Process.Pid)
	return now, err
}

// profile is the name of a process's profiles without the ending, empty when none are wanted.
func (r *runner) profile(c cell, peer, side string) string {
	if r.cpuProfile == "" {
		return ""
	}
	name := strings.ReplaceAll(fmt.Sprintf("%s_%s_%s", peer, c.name, side), "/", "-")
	return filepath.Join(r.cpuProfile, name)
}
