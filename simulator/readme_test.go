// SPDX-License-Identifier: Apache-2.0

package simulator_test

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeShowsTheExample: the README's unit test is the one that is compiled and run here.
func TestReadmeShowsTheExample(t *testing.T) {
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(source), "// README begin\n")
	example, _, found := strings.Cut(rest, "// README end\n")
	if !found || !strings.Contains(string(readme), strings.TrimSpace(example)) {
		t.Error("README.md does not hold the text between the README marks of example_test.go")
	}
}
