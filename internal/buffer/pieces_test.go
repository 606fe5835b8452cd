// SPDX-License-Identifier: Apache-2.0

package buffer_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/twinwire/twinwire/internal/buffer"
)

func TestPieces(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		var p buffer.Pieces
		var want []byte
		for range draw.IntN(20) {
			b := bytes.Repeat([]byte{byte(draw.Uint32())}, draw.IntN(1<<draw.IntN(22)))
			p.Append(b)
			want = append(want, b...)
			clear(b) // it was copied
		}
		var written bytes.Buffer
		if n, err := p.WriteTo(&written); n != int64(len(want)) || err != nil || !bytes.Equal(written.Bytes(), want) {
			t.Fatalf("%d bytes: wrote %d, or others, %v", len(want), n, err)
		}
		data := p.Buffer()
		for range 2 { // before and after they became one
			r, err := data.Open()
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) || data.Size() != int64(len(want)) {
				t.Fatalf("%d bytes: read %d of %d, or others, %v", len(want), len(got), data.Size(), err)
			}
			if got, err := data.Bytes(); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes: %d, or others, %v", len(want), len(got), err)
			}
		}
	}
}

// TestPiecesWriteToFails tells how much was written before.
func TestPiecesWriteToFails(t *testing.T) {
	var p buffer.Pieces
	p.Append(make([]byte, 3<<20))
	r, w := io.Pipe()
	go func() {
		io.CopyN(io.Discard, r, 1<<20) // the writer tells
		r.Close()
	}()
	if n, err := p.WriteTo(w); n != 1<<20 || err == nil {
		t.Errorf("wrote %d, %v", n, err)
	}
}
