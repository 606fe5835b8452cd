// SPDX-License-Identifier: Apache-2.0

//go:build unix

package netty

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestWaitReadableTakesNothing(t *testing.T) {
	a, b := tcpPair(t)
	go a.Write([]byte("hello"))
	for range 2 {
		if err := b.WaitReadable(); err != nil {
			t.Fatal(err)
		}
	}
	got := make([]byte, 5)
	if _, err := io.ReadFull(b, got); err != nil || string(got) != "hello" {
		t.Fatalf("read %q, %v", got, err)
	}
	a.Close()
	if err := b.WaitReadable(); !errors.Is(err, io.EOF) {
		t.Fatalf("WaitReadable at the end of the stream: %v", err)
	}
	if _, err := b.Read(got); !errors.Is(err, io.EOF) {
		t.Fatalf("Read at the end of the stream: %v", err)
	}
}

func TestWaitReadableEnds(t *testing.T) {
	t.Run("closed", func(t *testing.T) {
		_, b := tcpPair(t)
		go b.Close()
		if err := b.WaitReadable(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("WaitReadable = %v, want %v", err, net.ErrClosed)
		}
	})
	t.Run("deadline", func(t *testing.T) {
		_, b := tcpPair(t)
		b.SetReadDeadline(time.Unix(1, 0))
		if err := b.WaitReadable(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("WaitReadable = %v, want %v", err, os.ErrDeadlineExceeded)
		}
	})
	t.Run("reset", func(t *testing.T) {
		a, b := tcpPair(t)
		a.SetLinger(0)
		a.Close()
		if err := b.WaitReadable(); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("WaitReadable = %v, want %v", err, syscall.ECONNRESET)
		}
	})
}
