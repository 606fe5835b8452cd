// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// The processes of TestLargeBlock are this test binary again, told by a variable what to do.
const (
	largeVar  = "TWINWIRE_LARGE_BLOCK"
	sizeVar   = "BLOCK_SIZE" // of the block, in bytes
	largeSize = 256 << 20    // when it is not set
	mostRSS   = 64 << 20     // of either process
)

func TestMain(m *testing.M) {
	if what := os.Getenv(largeVar); what != "" {
		if err := largeProcess(strings.Fields(what)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// largeProcess is "serve FILE", "disk ADDRESS DIR" or "stream ADDRESS". It prints what it got and the most memory it held.
func largeProcess(what []string) error {
	ctx := context.Background()
	var blocks store
	if what[0] == "serve" {
		info, err := os.Stat(what[1])
		if err != nil {
			return err
		}
		blocks.blocks = map[string]api.ManagedBuffer{"rdd_0_0": api.NewFileSegment(netty.OSFiles(), what[1], 0, info.Size())}
	}
	svc, err := netty.NewBlockTransferService(netty.BlockConfig{MaxRetries: -1}, &blocks)
	if err != nil {
		return err
	}
	defer svc.Close(ctx)
	if what[0] == "serve" {
		fmt.Println(svc.Address().HostPort())
		_, _ = io.Copy(io.Discard, os.Stdin) // until the test closes it
		fmt.Println(0, peakRSS())
		return nil
	}
	from, err := api.ParseRpcAddress(what[1])
	if err != nil {
		return err
	}
	var n int64
	if what[0] == "stream" {
		n, err = api.StreamBlock(ctx, svc, from, "1", "rdd_0_0", io.Discard)
	} else {
		n, err = toDisk(ctx, svc, from, what[2])
	}
	fmt.Println(n, peakRSS())
	return err
}

func toDisk(ctx context.Context, svc api.BlockTransferService, from api.RpcAddress, dir string) (n int64, err error) {
	files := api.NewTempFiles(svc.Runtime(), netty.OSFiles(), dir)
	f := api.BlockFetch{Service: svc, Files: files, MaxBlockInMemory: 1, Sources: []api.BlockSource{{From: from, Blocks: []api.BlockInfo{{ID: "rdd_0_0", Size: 2}}}}}
	for b, failed := range f.All(ctx) {
		if err = failed; err == nil {
			n = b.Data.Size()
		}
	}
	return n, err
}

// peakRSS is the most memory the process held, in bytes; 0 where that is not known.
func peakRSS() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); fields[0] == "VmHWM:" {
			kb, _ := strconv.ParseInt(fields[1], 10, 64)
			return kb << 10
		}
	}
	return 0
}

// child is a process of the test.
type child struct {
	*testing.T
	cmd *exec.Cmd
	in  io.Closer
	out *bufio.Reader
}

func largeChild(t *testing.T, what string) *child {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), largeVar+"="+what)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &child{t, cmd, in, bufio.NewReader(out)}
}

func (c *child) line() string {
	c.Helper()
	line, err := c.out.ReadString('\n')
	if err != nil {
		c.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// end waits for the process and checks what it got and held.
func (c *child) end(name string, want int64) {
	c.Helper()
	var n, rss int64
	if _, err := fmt.Sscan(c.line(), &n, &rss); err != nil {
		c.Fatal(err)
	}
	if err := c.cmd.Wait(); err != nil {
		c.Fatal(err)
	}
	if n != want || rss > mostRSS {
		c.Errorf("%s: got %d bytes, want %d; held %d MiB, allowed are %d", name, n, want, rss>>20, int64(mostRSS)>>20)
	}
	c.Logf("%s: %d bytes, peak RSS %.1f MiB", name, n, float64(rss)/(1<<20))
}

// TestLargeBlock fetches a block of a sparse file to disk and streams it, each in a process of its own: what either side
// holds does not grow with the block. `make large-block` does it with 20 GiB.
func TestLargeBlock(t *testing.T) {
	size := int64(largeSize)
	if text, ok := os.LookupEnv(sizeVar); ok {
		var err error
		if size, err = strconv.ParseInt(text, 10, 64); err != nil {
			t.Fatalf("%s: %v", sizeVar, err)
		}
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "sparse")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
	server := largeChild(t, "serve "+filepath.ToSlash(name))
	address := server.line()
	for _, what := range []string{"stream " + address, "disk " + address + " " + filepath.ToSlash(dir)} {
		began := time.Now()
		largeChild(t, what).end(strings.Fields(what)[0], size)
		t.Logf("%.2f GB/s", float64(size)/1e9/time.Since(began).Seconds())
	}
	server.in.Close()
	server.end("serve", 0)
}
