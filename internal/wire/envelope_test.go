// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEnvelopeVectors holds every RequestMessage of Spark against ours. The
// content is a Java object stream, opaque here.
func TestEnvelopeVectors(t *testing.T) {
	for _, v := range readVectors(t, "rpc_envelope.json") {
		if v.Hex == "" {
			continue
		}
		t.Run(v.Name+"/"+v.Spark[0], func(t *testing.T) {
			b := unhex(t, v.Hex)
			want := Envelope{
				Sender:   vectorAddress(t, v.text("sender")),
				Receiver: vectorAddress(t, v.text("receiver")),
				Name:     v.text("name"),
				Content:  b[bytes.LastIndex(b, []byte{0xac, 0xed, 0, 5}):],
			}
			got, err := ParseEnvelope(b)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
			if again, err := AppendEnvelope(nil, want); err != nil || !bytes.Equal(again, b) {
				t.Errorf("encoded %x, %v\nwant    %x", again, err, b)
			}
			for n := range len(b) - len(want.Content) {
				if _, err := ParseEnvelope(b[:n]); !errors.Is(err, ErrShort) || JavaText(err) != "java.io.EOFException" {
					t.Fatalf("cut after %d bytes: %v", n, err)
				}
			}
		})
	}
}

// vectorAddress reads "host port"; "" is no address.
func vectorAddress(t *testing.T, text string) Address {
	t.Helper()
	if text == "" {
		return Address{}
	}
	host, digits, _ := strings.Cut(text, " ")
	port, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return Address{Host: host, Port: int32(port), Present: true}
}

// TestEnvelopeNameLimit follows the vectors name_of_65535 and name_of_65536:
// no sender, a receiver at localhost, and "foo" as the content.
func TestEnvelopeNameLimit(t *testing.T) {
	checked := 0
	for _, v := range readVectors(t, "rpc_envelope.json") {
		digits, ok := strings.CutPrefix(v.Name, "name_of_")
		if !ok {
			continue
		}
		checked++
		size, _ := strconv.Atoi(digits)
		got, err := AppendEnvelope([]byte("kept"), Envelope{
			Receiver: Address{Host: "localhost", Port: 54321, Present: true},
			Name:     strings.Repeat("a", size),
			Content:  unhex(t, "aced0005 74 0003 666f6f"),
		})
		result := strconv.Itoa(len(got)-4) + " bytes"
		if err != nil {
			result, _, _ = strings.Cut(JavaText(err), ":")
			var long *UTFError
			if !errors.As(err, &long) || long.Size != size || string(got) != "kept" {
				t.Errorf("%d: %q, %v", size, got, err)
			}
		}
		if result != v.text("result") {
			t.Errorf("%d: %s, want %s", size, result, v.text("result"))
		}
	}
	if checked != 2 {
		t.Errorf("%d vectors", checked)
	}
	if _, err := AppendEnvelope(nil, Envelope{Name: strings.Repeat("\x00", 32768)}); err == nil {
		t.Error("a NUL takes two bytes: the name does not fit")
	}
}

// TestEnvelopeExample is the worked example of PROTOCOL.md.
func TestEnvelopeExample(t *testing.T) {
	e := Envelope{
		Sender:   Address{Host: "localhost", Port: 12345, Present: true},
		Receiver: Address{Host: "localhost", Port: 54321, Present: true},
		Name:     "test",
		Content:  []byte("foo"),
	}
	want := unhex(t, "01 0009 6c6f63616c686f7374 00003039 01 0009 6c6f63616c686f7374 0000d431 0004 74657374 666f6f")
	got, err := AppendEnvelope(nil, e)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%x, %v", got, err)
	}
	if text := e.String(); text != "Envelope[localhost:12345 -> test@localhost:54321,content=3 bytes]" {
		t.Error(text)
	}
	if text := (Envelope{Name: "n"}).String(); text != "Envelope[- -> n@-,content=0 bytes]" {
		t.Error(text)
	}
}

func TestEnvelopeRefusesMalformedText(t *testing.T) {
	for _, text := range []string{
		"01 0001 80 00000000 00 0000", "00 01 0002 c341 00000000 0000", "00 00 0001 ff", "00 00 0004 f09f9880", "00 00 0002 e282",
	} {
		var malformed *UTFError
		_, err := ParseEnvelope(unhex(t, text))
		if !errors.As(err, &malformed) || malformed.Size != 0 || errors.Is(err, ErrShort) {
			t.Errorf("%s: %v", text, err)
		}
		if !strings.HasPrefix(JavaText(err), "java.io.UTFDataFormatException") {
			t.Errorf("%s: %s", text, JavaText(err))
		}
	}
}

// TestEnvelopeFlag: any byte but 0 says that an address follows, as in Java.
func TestEnvelopeFlag(t *testing.T) {
	got, err := ParseEnvelope(unhex(t, "02 0001 68 00000007 00 0001 6e"))
	want := Envelope{Sender: Address{Host: "h", Port: 7, Present: true}, Name: "n", Content: []byte{}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}
