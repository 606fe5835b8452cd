// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/twinwire/twinwire/internal/wire"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// example is a message, its bytes in hex and its text.
type example struct {
	message Message
	bytes   string
	text    string
}

// check holds a message against its bytes both ways, then cuts them everywhere
// and adds to them.
func (x example) check(t *testing.T) {
	t.Helper()
	want := unhex(t, x.bytes)
	if got := x.message.Append([]byte("kept")); !bytes.Equal(got, append([]byte("kept"), want...)) {
		t.Errorf("encoded %x\nwant    %x", got[4:], want)
	}
	if got := x.message.String(); got != x.text {
		t.Errorf("text %q\nwant %q", got, x.text)
	}
	if got := x.message.Type(); byte(got) != want[0] || !strings.HasPrefix(x.text, got.String()+"[") {
		t.Errorf("type %s", got)
	}
	for _, tail := range []string{"", "\xaa\xbb"} { // what is behind the fields is not looked at
		got, err := ParseMessage(append(bytes.Clone(want), tail...))
		if diff := cmp.Diff(x.message, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("decoded: %v (-want +got):\n%s", err, diff)
		}
	}
	for n := range want {
		if m, err := ParseMessage(want[:n]); m != nil || !errors.Is(err, wire.ErrShort) {
			t.Errorf("cut after %d bytes: %v, %v", n, m, err)
		}
	}
}

// TestUnknownTypes holds the answers to bad messages against those of a real
// shuffle service.
func TestUnknownTypes(t *testing.T) {
	for text, java := range map[string]string{
		"14":                                  "java.lang.IllegalArgumentException: Unknown message type: 20",
		"64":                                  "java.lang.IllegalArgumentException: Unknown message type: 100",
		"c8":                                  "java.lang.IllegalArgumentException: Unknown message type: -56",
		"":                                    "java.lang.IndexOutOfBoundsException",
		"00 0000":                             "java.lang.IndexOutOfBoundsException: readerIndex(1) + length(4) exceeds writerIndex(3)",
		"00 ffffffff":                         "java.lang.IndexOutOfBoundsException: Range [0, 0 + -1) out of bounds for length 0",
		"1105":                                "java.lang.ArrayIndexOutOfBoundsException: Index 5 out of bounds for length 5",
		"120500000000":                        "java.lang.IllegalArgumentException: Unknown block push return code: 5",
		"12ff00000000":                        "java.lang.IllegalArgumentException: Unknown block push return code: -1",
		"00 00000001 61 00000001 62 ffffffff": "java.lang.IndexOutOfBoundsException: Range [0, 0 + -1) out of bounds for length 0",
	} {
		m, err := ParseMessage(unhex(t, text))
		if m != nil || wire.JavaText(err) != java {
			t.Errorf("%s: %v, %s", text, m, wire.JavaText(err))
		}
	}
	if got := Type(20).String() + Type(-1).String(); got != "Type(20)Type(-1)" {
		t.Error(got)
	}
}
