// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/netty"
)

const (
	// registryFile is kept in the first directory.
	registryFile = "registered-executors.jsonl"
	// sweepEvery is how often executors are forgotten whose directories are gone.
	sweepEvery = 10 * time.Minute
	// closeWithin is how long connections may take to close: what is asked for may still be sent. Then they are cut.
	closeWithin = 5 * time.Second
	// probeAfter is how long a client may be silent before the system asks whether its host still lives.
	probeAfter = time.Minute
	// saidPerSecond is how many lines of a kind are written in a second.
	saidPerSecond = 100
)

// serveShuffleCmd is an external shuffle service.
type serveShuffleCmd struct {
	Listen  string   `required:"" placeholder:"HOST:PORT" help:"Where executors reach the service: every worker host, spark.shuffle.service.port. Port 0 is any."`
	Dir     []string `required:"" sep:"none" placeholder:"PATH" help:"Folder that all shuffle files lie below, as spark.local.dir; may be given more than once. What lies elsewhere is refused."`
	Metrics string   `placeholder:"HOST:PORT" help:"Serve counts over HTTP, at /metrics, in Prometheus's text form."`
	Persist bool     `default:"true" negatable:"" help:"Keep the registered executors in the first --dir, so that they survive a restart (on)."`
}

// Validate checks the addresses, and that the folders are there, which it makes absolute. An empty name, as of a variable
// that is not set, is not the working directory.
func (c *serveShuffleCmd) Validate() error {
	for _, f := range []struct{ flag, address string }{{"--listen", c.Listen}, {"--metrics", c.Metrics}} {
		if _, err := api.ParseRpcAddress(f.address); err != nil && f.address != "" { // a missing flag is told of by Kong
			return fmt.Errorf("%s: %w", f.flag, err)
		}
	}
	for i, dir := range c.Dir {
		info, err := os.Stat(dir)
		switch {
		case err != nil:
			return fmt.Errorf("--dir %q: %w", dir, pathCause(err))
		case !info.IsDir():
			return fmt.Errorf("--dir %q: not a folder", dir)
		}
		if c.Dir[i], err = filepath.Abs(dir); err != nil {
			return fmt.Errorf("--dir %q: %w", dir, err)
		}
	}
	return nil
}

// Run is the verb.
func (c *serveShuffleCmd) Run(t *terminal) (err error) {
	ctx, stop := interruptible()
	defer stop()
	signal.Ignore(syscall.SIGPIPE) // who read the lines may have gone; the executors have not
	roots, closeRoots, err := openRoots(c.Dir)
	defer closeRoots()
	if err != nil {
		return err
	}
	rt := netty.NewRuntime()
	cfg := shuffle.RegistryConfig{Roots: roots}
	if c.Persist {
		unlock, err := lockDir(c.Dir[0])
		if err != nil {
			return err
		}
		defer unlock()
		cfg.File = shuffle.Place{Files: roots[0].Files, Name: registryFile, Path: filepath.Join(c.Dir[0], registryFile)}
	}
	registry, err := shuffle.OpenRegistry(rt, cfg)
	if err != nil {
		return err
	}
	defer func() { err = firstError(err, registry.Close()) }()
	remembered := registry.Len()
	tellLost(t, registry.Lost())
	if err := registry.Kept(); err != nil {
		fmt.Fprintf(t.err, "simctl: no executor can be registered for now: %v\n", err)
	}
	most := mostConnections()
	tellRoom(t, most)
	listener, endListener := c.listener(t)
	defer endListener()
	service, err := external.NewService(rt, external.Config{
		Bind: c.Listen, Network: netty.TCP(netty.TCPConfig{AcceptKeepAlive: probeAfter}), Registry: registry, Listener: listener,
		MaxConnections: most,
	})
	if err != nil {
		return err
	}
	closeMetrics, err := c.serveMetrics(t, service)
	if err == nil {
		fmt.Fprintf(t.out, "serving %s at %s; executors remembered: %d\n", strings.Join(c.Dir, " "), c.bound(service), remembered)
		sweepUntil(ctx, registry)
		fmt.Fprintln(t.err, "simctl: stopping")
		closeMetrics()
	}
	return firstError(err, closeService(t, service))
}

// tellRoom says so where the process may have few connections: to who has to wait for one the service seems dead.
func tellRoom(t *terminal, most int) {
	const few = 500
	if 0 < most && most < few {
		fmt.Fprintf(t.err, "simctl: at most %d connections at a time, for few files may be open: raise ulimit -n\n", most)
	}
}

// tellLost says which executors are not remembered. Many mostly have the same reason.
func tellLost(t *terminal, lost []error) {
	const most = 20
	for i, err := range lost {
		if i == most {
			fmt.Fprintf(t.err, "simctl: lost: %d more\n", len(lost)-most)
			return
		}
		fmt.Fprintf(t.err, "simctl: lost: %v\n", err)
	}
}

// bound is where the service listens, in the words of --listen.
func (c *serveShuffleCmd) bound(s *external.Service) string {
	host := c.Listen[:strings.LastIndexByte(c.Listen, ':')]
	return fmt.Sprintf("%s:%d", host, s.Address().Port)
}

// closeService ends every connection. A reader may be slow, and tries again elsewhere or later: that is no failure.
func closeService(t *terminal, s *external.Service) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	err := s.Close(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		fmt.Fprintf(t.err, "simctl: cut connections that took longer than %v\n", closeWithin)
		return nil
	}
	return errors.WithMessage(err, "stop")
}

// sweepUntil forgets executors whose directories are gone, until ctx ends.
func sweepUntil(ctx context.Context, registry *shuffle.Registry) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			registry.Sweep()
		}
	}
}

// openRoots opens the directories by the names that executors may call them: as given and with symbolic links followed.
func openRoots(dirs []string) (roots shuffle.Roots, closeAll func(), err error) {
	var open []*netty.Root
	closeAll = func() {
		for _, root := range open {
			root.Close() //nolint:errcheck // nothing was written through it
		}
	}
	for _, dir := range dirs {
		given, err := filepath.Abs(dir)
		if err != nil {
			return nil, closeAll, errors.WithStack(err)
		}
		followed, err := filepath.EvalSymlinks(given)
		if err != nil {
			return nil, closeAll, errors.WithStack(err)
		}
		root, err := netty.OpenRoot(followed)
		if err != nil {
			return nil, closeAll, err
		}
		open = append(open, root)
		roots = append(roots, shuffle.Root{Names: []string{filepath.ToSlash(given), filepath.ToSlash(followed)}, Files: root})
	}
	return roots, closeAll, nil
}

// listener tells what happens on stderr, a line each, until the function that it returns is called.
func (c *serveShuffleCmd) listener(t *terminal) (l external.Listener, end func()) {
	registered, refused, failed := newSpate(t), newSpate(t), newSpate(t)
	l = external.Listener{
		Registered: func(id shuffle.ExecutorID, info shuffle.ExecutorInfo) {
			registered.say(time.Now(), "registered %s executor %s: %s", id.AppID, id.ExecID, strings.Join(info.LocalDirs, " "))
		},
		Refused: func(id shuffle.ExecutorID, remote string, cause error) {
			refused.say(time.Now(), "refused %.200q executor %.200q of %s: %v", id.AppID, id.ExecID, remote, cause)
		},
		Failed: func(remote string, cause error) { failed.say(time.Now(), "failed for %s: %v", remote, cause) },
	}
	return l, func() {
		for _, s := range []*spate{registered, refused, failed} {
			s.end(time.Now())
		}
	}
}

func newSpate(t *terminal) *spate { return &spate{out: t.err, most: saidPerSecond} }

// firstError is the first that is not nil.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
