// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"testing"
	"time"
)

// TestZoo: each bug is found, shrunk and repeated, and its twin passes. make zoo does the same with more seeds.
func TestZoo(t *testing.T) {
	for _, b := range Bugs() {
		t.Run(b.Name, func(t *testing.T) {
			m, err := Examine(b, ExamConfig{TwinSeeds: 200, Shrink: 5 * time.Second})
			if err != nil {
				t.Error(err)
				return
			}
			t.Logf("seed %d, %s: %v; shrunk to %v in %v", m.Seed, m.Signature, m.Before, m.After, m.Shrinking)
		})
	}
}
