// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// buildSimctl builds the program that is tried.
func buildSimctl(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "simctl")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/simctl")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build simctl: %w\n%s", err, out)
	}
	return program, nil
}

// service is a running `simctl serve shuffle`.
type service struct {
	cmd        *exec.Cmd
	metrics    string // URL
	address    string // host:port
	remembered int    // executors, when it started
}

// startService starts one at an address, and waits until it serves.
func startService(ctx context.Context, program, dir, address string) (*service, error) {
	s := &service{cmd: exec.CommandContext(ctx, program, "serve", "shuffle", "--listen", address, "--dir", dir, "--metrics", "127.0.0.1:0")}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for s.address == "" {
		if !lines.Scan() {
			return nil, fmt.Errorf("simctl serve shuffle ended: %w", s.cmd.Wait())
		}
		s.take(lines.Text())
	}
	return s, nil
}

// take reads a line the service says.
func (s *service) take(line string) {
	if url, ok := strings.CutPrefix(line, "metrics at "); ok {
		s.metrics = url
	}
	if _, rest, ok := strings.Cut(line, " at 127.0.0.1:"); ok && strings.HasPrefix(line, "serving ") {
		port, n, _ := strings.Cut(rest, "; executors remembered: ")
		s.address = "127.0.0.1:" + port
		s.remembered, _ = strconv.Atoi(n) // 0 fails the trial
	}
}

// count is one of the service's counts.
func (s *service) count(ctx context.Context, name string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.metrics, nil)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if n, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.Atoi(strings.TrimSpace(n))
		}
	}
	return 0, fmt.Errorf("%s does not tell of %s", s.metrics, name)
}

// await waits until one of its counts has reached a value.
func (s *service) await(ctx context.Context, name string, value int) error {
	for {
		n, err := s.count(ctx, name)
		if err != nil || n >= value {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is %d, want %d: %w", name, n, value, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// kill ends it as a crash does.
func (s *service) kill() error {
	if err := s.cmd.Process.Kill(); err != nil {
		return err
	}
	s.cmd.Wait() //nolint:errcheck // it was killed
	return nil
}

// stop ends it as an operator does, and reports whether it went well.
func (s *service) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("simctl serve shuffle after SIGTERM: %w", err)
	}
	return nil
}
