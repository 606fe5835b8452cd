// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
)

func TestESR01BadRequests(t *testing.T) {
	inWorlds(t, func(t *world) {
		r, err := shuffle.OpenRegistry(t.rt, shuffle.RegistryConfig{})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := r.Find(shuffle.ExecutorID{AppID: "foo", ExecID: "bar"}); err == nil || !strings.Contains(err.Error(), "not registered") {
			t.Errorf("unregistered: %v", err)
		}
		if _, err := t.store().Blocks(t.dirs(), shuffle.MapOutput{Shuffle: 42}, 0, 1); !errors.Is(err, api.ErrBlockNotFound) {
			t.Errorf("unknown shuffle: %v", err)
		}
	})
}

func TestESR02SortShuffleBlocks(t *testing.T) {
	inWorlds(t, func(t *world) {
		store, m := t.store(), shuffle.MapOutput{}
		t.write(store, t.dirs(), m, "Hello!", "World!")
		for range 2 { // from the disk, and from memory
			if a, b := text(t, store, t.dirs(), m, 0, 1), text(t, store, t.dirs(), m, 1, 2); a != "Hello!" || b != "World!" {
				t.Errorf("%q %q", a, b)
			}
			if both := text(t, store, t.dirs(), m, 0, 2); both != "Hello!World!" {
				t.Errorf("%q", both)
			}
		}
	})
}

func TestESR03JSONOfRegistrations(t *testing.T) {
	var id shuffle.ExecutorID
	var info shuffle.ExecutorInfo
	if err := json.Unmarshal([]byte(`{"appId":"foo", "execId":"bar"}`), &id); err != nil || id != (shuffle.ExecutorID{AppID: "foo", ExecID: "bar"}) {
		t.Errorf("%+v, %v", id, err)
	}
	err := json.Unmarshal([]byte(`{"localDirs": ["/bippy", "/flippy"], "subDirsPerLocalDir": 7, "shuffleManager": "org.apache.spark.shuffle.sort.SortShuffleManager"}`), &info)
	want := shuffle.ExecutorInfo{LocalDirs: []string{"/bippy", "/flippy"}, SubDirs: 7, Manager: "org.apache.spark.shuffle.sort.SortShuffleManager"}
	if err != nil || !reflect.DeepEqual(info, want) {
		t.Errorf("%+v, %v", info, err)
	}
	for _, value := range []any{&id, &info} {
		b, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		again := reflect.New(reflect.TypeOf(value).Elem()).Interface()
		if err := json.Unmarshal(b, again); err != nil || !reflect.DeepEqual(again, value) {
			t.Errorf("%s became %+v, %v", b, again, err)
		}
	}
}

func TestSII01IndexInformation(t *testing.T) {
	inWorlds(t, func(t *world) {
		put(t, t.files, "index", shuffle.NewIndex([]int64{6, 11}).Append(nil))
		x, err := shuffle.ReadIndex(shuffle.Place{Files: t.files, Name: "index", Path: "index"})
		if err != nil {
			t.Fatal(err)
		}
		for reduce, want := range [][2]int64{{0, 6}, {6, 11}} {
			offset, length, err := x.Range(int32(reduce), int32(reduce+1))
			if got := [2]int64{offset, length}; got != want || err != nil {
				t.Errorf("reducer %d: %v, %v, want %v", reduce, got, err, want)
			}
		}
		if x.Retained() != 24+176 {
			t.Errorf("retained %d bytes", x.Retained())
		}
	})
}
