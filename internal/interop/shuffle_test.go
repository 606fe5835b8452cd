// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"context"
	"fmt"
	"hash/adler32"
	"path/filepath"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/netty"
)

// TestSparkClientOurShuffleService has Spark's ExternalBlockStoreClient use our external shuffle service over files that
// our writer wrote, which Spark's own resolver then reads.
func TestSparkClientOurShuffleService(t *testing.T) {
	top := t.TempDir()
	root, err := netty.OpenRoot(top)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	rt := netty.NewRuntime()
	local := []string{filepath.Join(top, "one"), filepath.Join(top, "two")}
	writeOutput(t, shuffle.NewStore(rt, shuffle.StoreConfig{}), shuffle.Dirs{SubDirs: 64, Local: []shuffle.Dir{
		{Files: root, Name: "one", Path: local[0]}, {Files: root, Name: "two", Path: local[1]},
	}}, 100, 0, 100_000)

	registry, err := shuffle.OpenRegistry(rt, shuffle.RegistryConfig{Roots: shuffle.Roots{{Names: []string{top}, Files: root}}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := external.NewService(rt, external.Config{Bind: "127.0.0.1:0", Network: netty.TCP(netty.TCPConfig{}), Registry: registry})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.WithoutCancel(t.Context()))
	sum := fmt.Sprint(adler32.Checksum(pattern(100_000)))
	expectChecks(t, startJVM(t, "shuffle-client", s.Address().HostPort(), top, local[0], local[1], sum),
		"register an executor", "register with a directory elsewhere",
		"fetch blocks", "fetch a batch of one", "fetch a batch with an empty block", "fetch what is not there", "fetch from an unknown executor",
		"local directories", "diagnose a block that is well", "diagnose what the network did",
		"Spark's own resolver reads the files", "remove blocks")
	if got := s.Stats(); got.Executors != 1 || got.Removed != 2 || got.Diagnoses != 2 {
		t.Errorf("%+v", got)
	}
}

// writeOutput writes map 7 of shuffle 1, blocks of so many bytes of the pattern.
func writeOutput(t *testing.T, s *shuffle.Store, d shuffle.Dirs, sizes ...int) {
	t.Helper()
	out, err := s.NewWriter(d, shuffle.MapOutput{Shuffle: 1, Map: 7}, api.Adler32)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range sizes {
		if _, err := out.Write(pattern(n)); err != nil {
			t.Fatal(err)
		}
		out.EndBlock()
	}
	if _, err := out.Commit(); err != nil {
		t.Fatal(err)
	}
}
