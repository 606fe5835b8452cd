// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"
)

// fileSize is the size of the file that holds the pattern, in bytes.
const fileSize = 5 << 20

// pattern is the bytes that both sides know, as in Pattern.java.
func pattern(size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(7*i + 13*(i>>8))
	}
	return b
}

// sum identifies some bytes, as in Pattern.java.
func sum(b []byte) string { return fmt.Sprintf("%d:%08x", len(b), crc32.ChecksumIEEE(b)) }

// patternFile writes a file that holds the pattern.
func patternFile(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "pattern")
	if err := os.WriteFile(name, pattern(fileSize), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
