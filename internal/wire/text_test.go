// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"
)

// javaText is one line of testdata/java_text.tsv: bytes, the string that
// OpenJDK 17 makes of them (as UTF-8), and what its readUTF makes of them (as
// UTF-16 units, or that it refuses them).
type javaText struct {
	bytes, text []byte
	utf         string
}

func javaTexts(t *testing.T) []javaText {
	t.Helper()
	f, err := os.Open("testdata/java_text.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []javaText
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "\t")
		list = append(list, javaText{unhex(t, cells[0]), unhex(t, cells[1]), cells[2]})
	}
	if len(list) < 1000 {
		t.Fatalf("only %d lines", len(list))
	}
	return list
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMalformedTextReadsAsInJava(t *testing.T) {
	for _, row := range javaTexts(t) {
		if got := decodeText(row.bytes); got != string(row.text) {
			t.Errorf("%x: got %x, Java %x", row.bytes, got, row.text)
		}
	}
}

func TestModifiedUTFReadsAsInJava(t *testing.T) {
	for _, row := range javaTexts(t) {
		got := "malformed"
		if validUTF(row.bytes) {
			got = "=" + units(decodeUTF(row.bytes))
		}
		if want := loneSurrogatesReplaced(row.utf); got != want {
			t.Errorf("%x: got %s, Java %s", row.bytes, got, want)
		}
	}
}

func units(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04x", u)
	}
	return b.String()
}

// loneSurrogatesReplaced is what a Go string can hold of a Java string.
func loneSurrogatesReplaced(utf string) string {
	digits, ok := strings.CutPrefix(utf, "=")
	if !ok {
		return utf
	}
	var list []uint16
	for ; digits != ""; digits = digits[4:] {
		var u uint16
		fmt.Sscanf(digits[:4], "%04x", &u)
		list = append(list, u)
	}
	return "=" + units(string(utf16.Decode(list)))
}

func TestModifiedUTFWritesSurrogatesAndNul(t *testing.T) {
	got, err := appendUTF([]byte("x"), "name", "a\x00é€😀")
	want := unhex(t, "78 000e 61 c080 c3a9 e282ac eda0bd edb880")
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("got %x, %v; want %x", got, err, want)
	}
	if back := decodeUTF(got[3:]); back != "a\x00é€😀" {
		t.Fatalf("back: %q", back)
	}
}
