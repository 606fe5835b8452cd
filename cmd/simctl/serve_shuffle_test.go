// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
	"github.com/twinwire/twinwire/netty"
)

// shuffleService is a running `simctl serve shuffle`.
type shuffleService struct {
	t          *testing.T
	cmd        *exec.Cmd
	stderr     bytes.Buffer
	address    string
	metrics    string
	remembered string
}

func serveShuffle(t *testing.T, args ...string) *shuffleService {
	t.Helper()
	return serveShuffleBy(t, []string{"simctl"}, args...)
}

// serveShuffleBy has a command start it, which gets more arguments.
func serveShuffleBy(t *testing.T, command []string, args ...string) *shuffleService {
	t.Helper()
	return startShuffle(t, command, nil, args...)
}

// startShuffle is serveShuffleBy with its stderr, which is kept if that is nil.
func startShuffle(t *testing.T, command []string, stderr io.Writer, args ...string) *shuffleService {
	t.Helper()
	s := &shuffleService{t: t}
	args = append([]string{"serve", "shuffle", "--metrics", "127.0.0.1:0"}, args...)
	s.cmd = exec.CommandContext(t.Context(), command[0], append(command[1:], args...)...)
	if s.cmd.Stderr = stderr; stderr == nil {
		s.cmd.Stderr = &s.stderr
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); s.address == ""; {
		if !lines.Scan() {
			t.Fatalf("it has ended: %v\n%s", s.cmd.Wait(), s.stderr.String())
		}
		if url, ok := strings.CutPrefix(lines.Text(), "metrics at "); ok {
			s.metrics = url
		}
		if _, rest, ok := strings.Cut(lines.Text(), " at 127.0.0.1:"); ok && strings.HasPrefix(lines.Text(), "serving ") {
			port, n, _ := strings.Cut(rest, "; executors remembered: ")
			s.address, s.remembered = "127.0.0.1:"+port, n
		}
	}
	return s
}

// end ends it by a signal and returns its exit code, -1 after a kill.
func (s *shuffleService) end(sig syscall.Signal) int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		if _, ok := errors.AsType[*exec.ExitError](err); !ok {
			s.t.Fatal(err)
		}
	}
	return s.cmd.ProcessState.ExitCode()
}

// count is a value of the metrics.
func (s *shuffleService) count(name string) string {
	s.t.Helper()
	resp, err := http.Get(s.metrics)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if n, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(n)
		}
	}
	s.t.Fatalf("%s is not in\n%s", name, text)
	return ""
}

// register registers an executor that keeps its files in dir.
func (s *shuffleService) register(exec, dir string) error {
	s.t.Helper()
	clients := transport.NewClientFactory(netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), transport.Config{}, nobody{})
	defer clients.Close(context.WithoutCancel(s.t.Context()))
	c, err := clients.Client(s.t.Context(), s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	answer := make(answers, 1)
	m := blockwire.RegisterExecutor{AppID: "app", ExecID: exec, LocalDirs: []string{dir}, SubDirsPerLocalDir: 64, ShuffleManager: "sort"}
	if _, err := c.SendRpc(s.t.Context(), m.Append(nil), answer); err != nil {
		s.t.Fatal(err)
	}
	return <-answer
}

// answers has how a request ended.
type answers chan error

func (a answers) OnSuccess([]byte)      { a <- nil }
func (a answers) OnFailure(cause error) { a <- cause }

// nobody is the handler of a side that nobody asks.
type nobody struct{ transport.RpcHandler }

func (nobody) Active(*transport.Client)          {}
func (nobody) Inactive(*transport.Client, error) {}
func (nobody) Streams() transport.StreamManager  { return nil }

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestServeShuffle(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	local := filepath.Join(dir, "blockmgr")
	if err := os.Mkdir(local, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"out": t.TempDir(), "nowhere": "/none/at/all", "up": ".."} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s := serveShuffle(t, "--listen", "127.0.0.1:0", "--dir", link)
	for exec, dir := range map[string]string{"1": local, "2": link + "/blockmgr"} {
		if err := s.register(exec, dir); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"/etc", dir, dir + "/../x", "x", dir + "/out", dir + "/out/below", dir + "/nowhere", dir + "/up/x"} {
		if err := s.register("3", bad); err == nil || !strings.Contains(err.Error(), "IllegalArgumentException") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if n, refused := s.count("shuffle_executors"), s.count("shuffle_registrations_refused_total"); n != "2" || refused != "8" {
		t.Errorf("%s executors, %s refused", n, refused)
	}
	if out, err := exec.CommandContext(t.Context(), "simctl", "serve", "shuffle", "--listen", "127.0.0.1:0", "--dir", dir).CombinedOutput(); err == nil || !strings.Contains(string(out), "another service") {
		t.Errorf("a second one: %v\n%s", err, out)
	}
	metrics := strings.TrimSuffix(strings.TrimPrefix(s.metrics, "http://"), "/metrics")
	if out, err := exec.CommandContext(t.Context(), "simctl", "serve", "shuffle", "--listen", "127.0.0.1:0", "--dir", t.TempDir(), "--metrics", metrics).CombinedOutput(); err == nil || !strings.Contains(string(out), "--metrics: listen tcp "+metrics) {
		t.Errorf("of a taken port for metrics: %v\n%s", err, out)
	}
	address := s.address
	if code := s.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.stderr.String())
	}
	if text := s.stderr.String(); !strings.Contains(text, "refused \"app\" executor \"3\"") || !strings.Contains(text, "registered app executor 1: "+local) {
		t.Errorf("it said\n%s", text)
	}
	again := serveShuffle(t, "--listen", address, "--dir", link)
	if again.remembered != "2" {
		t.Errorf("%s executors are remembered", again.remembered)
	}
	if err := again.register("4", local); err != nil {
		t.Error(err)
	}
	again.end(syscall.SIGKILL)
	if err := os.WriteFile(filepath.Join(dir, registryFile), append([]byte("no line\n"), readFile(t, filepath.Join(dir, registryFile))...), 0o600); err != nil {
		t.Fatal(err)
	}
	third := serveShuffle(t, "--listen", address, "--dir", link)
	if third.remembered != "3" {
		t.Errorf("%s executors are remembered after the kill", third.remembered)
	}
	third.end(syscall.SIGINT)
	if text := third.stderr.String(); !strings.Contains(text, "simctl: lost: read ") || !strings.Contains(text, ": line 1: ") {
		t.Errorf("of a torn registry it said\n%s", text)
	}
	if s := serveShuffle(t, "--listen", address, "--dir", link, "--no-persist"); s.remembered != "0" || s.end(syscall.SIGTERM) != 0 {
		t.Errorf("%s executors are remembered by one that keeps none", s.remembered)
	}
}
