// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/shuffle/external"
)

// blocks makes a block transfer service of the application, which has no blocks.
func (t *stage) blocks() api.BlockTransferService {
	t.Helper()
	bind, _, _ := strings.Cut(t.bind, ":")
	s, err := block.NewService(t.rt, api.BlockTransferConfig{AppID: appID, Bind: strings.Replace(bind, "far", "near", 1) + ":0", Network: t.network}, noBlocks{})
	if err != nil {
		t.Fatal(err)
	}
	t.closers = append(t.closers, s.Close)
	return s
}

// TestClient: an executor in Go registers, its blocks are fetched of the service, read in its directories and removed, and
// each refusal names what was asked for.
func TestClient(t *testing.T) {
	inWorlds(t, external.Config{}, func(t *stage) {
		s, at := t.blocks(), t.service.Address()
		refused := func(err error, texts ...string) {
			t.Helper()
			for _, text := range append(texts, at.HostPort()) {
				if err == nil || !strings.Contains(err.Error(), text) {
					t.Errorf("%v, want %q", err, text)
				}
			}
		}
		_, err := s.HostLocalDirs(t.ctx, at, []string{"7"})
		refused(err, "local directories of executors [7]", "not registered")
		_, err = s.RemoveBlocks(t.ctx, at, "7", []string{"rdd_0_0"})
		refused(err, "remove 1 blocks of executor 7", "not registered")
		info := api.ExecutorShuffleInfo{LocalDirs: localDirs("7"), SubDirsPerLocalDir: subDirs, ShuffleManager: "sort"}
		refused(s.RegisterWithShuffleServer(t.ctx, at, "7", api.ExecutorShuffleInfo{LocalDirs: []string{"/etc"}, SubDirsPerLocalDir: 1}), "register executor 7", "/etc")
		if err := s.RegisterWithShuffleServer(t.ctx, at, "7", info); err != nil {
			t.Fatal(err)
		}
		t.writeOutput(t.dirs("7"), shuffle.MapOutput{Map: 5}, "one", "two")
		for i, got := range api.FetchBlocks(t.ctx, s, at, "7", []string{"shuffle_0_5_1", "shuffle_0_5_0"}) {
			if got.Err != nil {
				t.Fatal(got.Err)
			}
			if b, err := got.Data.Bytes(); string(b) != []string{"two", "one"}[i] || err != nil {
				t.Errorf("%s: %q, %v", got.ID, b, err)
			}
			got.Data.Release()
		}
		dirs, err := s.HostLocalDirs(t.ctx, at, []string{"7", execID})
		if want := fmt.Sprint(map[string][]string{"7": localDirs("7"), execID: localDirs(execID)}); fmt.Sprint(dirs) != want || err != nil {
			t.Errorf("%v, want %s: %v", dirs, want, err)
		}
		if n, err := s.RemoveBlocks(t.ctx, at, "7", []string{"shuffle_0_5_0.data", "shuffle_0_5_0.index", "rdd_0_0"}); n != 2 || err != nil {
			t.Errorf("%d removed, %v", n, err)
		}
		if got := api.FetchBlocks(t.ctx, s, at, "7", []string{"shuffle_0_5_1"}); got[0].Err == nil {
			t.Error("what was removed is there")
		}
	})
}
