// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// example is a message, its frame in hex and its text.
type example struct {
	message Message
	frame   string
	text    string
}

// check holds a message against its frame both ways, then cuts the payload
// everywhere and adds to it.
func (x example) check(t *testing.T) {
	t.Helper()
	want := unhex(t, x.frame)
	if got := AppendFrame([]byte("kept"), x.message); !bytes.Equal(got, append([]byte("kept"), want...)) {
		t.Errorf("encoded %x\nwant    %x", got[4:], want)
	}
	if got := x.message.String(); got != x.text {
		t.Errorf("text %q\nwant %q", got, x.text)
	}
	payload := want[FrameHeaderLen:]
	got, err := ParseMessage(payload)
	if diff := cmp.Diff(x.message, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Errorf("decoded: %v (-want +got):\n%s", err, diff)
	}
	header := len(x.message.AppendHeader([]byte{0}))
	for n := range header {
		if m, err := ParseMessage(payload[:n]); m != nil || !errors.Is(err, ErrShort) {
			t.Errorf("cut after %d bytes: %v, %v", n, m, err)
		}
	}
	x.checkTail(t, payload)
}

// checkTail: bytes behind the fields belong to the body or are ignored.
func (x example) checkTail(t *testing.T, payload []byte) {
	t.Helper()
	m, err := ParseMessage(append(bytes.Clone(payload), 0xaa, 0xbb))
	if err != nil {
		t.Fatal(err)
	}
	if b, ok := m.(bodied); ok {
		if got := b.inFrame(); !bytes.HasSuffix(got, []byte{0xaa, 0xbb}) {
			t.Errorf("body %x ends before the frame", got)
		}
	} else if diff := cmp.Diff(x.message, m, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("with bytes behind it (-want +got):\n%s", diff)
	}
	if _, ok := m.(bodied); m.Type().HasInFrameBody() != ok {
		t.Errorf("%s: HasInFrameBody is %t", m.Type(), !ok)
	}
}

func TestUnknownTypes(t *testing.T) {
	for _, row := range []struct {
		payload    []byte
		text, java string
	}{
		{[]byte{13}, "Unknown message type: 13", "java.lang.IllegalArgumentException: Unknown message type: 13"},
		{[]byte{127}, "Unknown message type: 127", "java.lang.IllegalArgumentException: Unknown message type: 127"},
		{[]byte{0xfe, 1, 2}, "Unknown message type: -2", "java.lang.IllegalArgumentException: Unknown message type: -2"},
		{[]byte{0xff}, "User type messages cannot be decoded.", "java.lang.IllegalArgumentException: User type messages cannot be decoded."},
		{nil, "readerIndex(0) + length(1) exceeds writerIndex(0)", "java.lang.IndexOutOfBoundsException"},
	} {
		m, err := ParseMessage(row.payload)
		if m != nil || err == nil || err.Error() != row.text || JavaText(err) != row.java {
			t.Errorf("%x: %v, %v, %s", row.payload, m, err, JavaText(err))
		}
		if errors.Is(err, ErrShort) != (row.payload == nil) {
			t.Errorf("%x: short or malformed? %v", row.payload, err)
		}
	}
}

// TestParserOfOtherType: a parser of one type refuses the others.
func TestParserOfOtherType(t *testing.T) {
	var wrong *TypeError
	_, _, err := ParseRpcRequest(AppendFrame(nil, RpcResponse{RequestID: 1})[FrameHeaderLen:])
	if !errors.As(err, &wrong) || err.Error() != "message type 4 is not 3" {
		t.Error(err)
	}
	if _, err := ParseOneWayMessage([]byte{3, 0, 0, 0, 0}); !errors.As(err, &wrong) {
		t.Error(err)
	}
	if _, err := ParseStreamRequest([]byte{3, 0, 0, 0, 0}); !errors.As(err, &wrong) {
		t.Error(err)
	}
}

// TestCounts holds the counts in front of strings and bytes to Spark's rule and
// text, as in the answers of a real server to bad input.
func TestCounts(t *testing.T) {
	for _, row := range []struct {
		payload, java string
		short         bool
	}{
		{"06 ffffffff", "java.lang.IndexOutOfBoundsException: Range [0, 0 + -1) out of bounds for length 0", false},
		{"06 000003e8 61", "java.lang.IndexOutOfBoundsException: Range [0, 0 + 1000) out of bounds for length 1", true},
		{"0a 0000000000000001 80000000 00", "java.lang.IndexOutOfBoundsException: Range [0, 0 + -2147483648) out of bounds for length 1", false},
		{"00 00000000", "java.lang.IndexOutOfBoundsException: readerIndex(1) + length(8) exceeds writerIndex(5)", true},
	} {
		_, err := ParseMessage(unhex(t, row.payload))
		if JavaText(err) != row.java || errors.Is(err, ErrShort) != row.short {
			t.Errorf("%s: %s", row.payload, JavaText(err))
		}
	}
	if got := JavaText(errors.New("other")); got != "java.lang.RuntimeException: other" {
		t.Error(got)
	}
	if JavaText(nil) != "" {
		t.Error("no error, yet text")
	}
}

// TestMalformedUTF8InHeader follows the answer of a real server to 2f 66 ff fe.
func TestMalformedUTF8InHeader(t *testing.T) {
	m, err := ParseStreamRequest(unhex(t, "06 00000004 2f66fffe"))
	if err != nil || m.StreamID != "/f\ufffd\ufffd" {
		t.Errorf("%q, %v", m.StreamID, err)
	}
}

// TestNegativeRawCount: where the next frame starts cannot be known.
func TestNegativeRawCount(t *testing.T) {
	for _, text := range []string{"07 00000001 73 ffffffffffffffff", "0a 0000000000000001 00000000 ffffffffffffffff"} {
		var negative *RawCountError
		_, err := ParseMessage(unhex(t, text))
		if !errors.As(err, &negative) || negative.Count != -1 || err.Error() != "negative raw byte count: -1" {
			t.Errorf("%s: %v", text, err)
		}
	}
}
