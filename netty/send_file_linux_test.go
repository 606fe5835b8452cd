// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"bytes"
	"io"
	"os"
	"testing"
	"time"

	"github.com/pkg/errors"
)

func TestSendFileDoesNotRead(t *testing.T) {
	f, data := testFile(t, 1<<20)
	a, b := tcpPair(t)
	go func() {
		defer a.Close()
		if n, err := a.SendFile(nil, embeddedFile{f}, 10, 1<<20-10); err != nil || n != 1<<20-10 {
			t.Errorf("SendFile = %d, %v", n, err)
		}
	}()
	if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, data[10:]) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}

func TestSendFileMeetsDeadline(t *testing.T) {
	f, _ := testFile(t, 32<<20)
	a, _ := tcpPair(t) // nobody reads
	if err := a.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	n, err := a.SendFile(nil, f, 0, 32<<20)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("SendFile = %d, %v; want %v", n, err, os.ErrDeadlineExceeded)
	}
}
