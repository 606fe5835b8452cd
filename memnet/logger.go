// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"bytes"
	"context"
	"log/slog"
	"time"
)

// logHandler writes a host's lines among the events of the run. It takes every level.
type logHandler struct {
	host  *Host
	build func(slog.Handler) slog.Handler // adds what WithAttrs and WithGroup were given
}

var _ slog.Handler = (*logHandler)(nil)

// Enabled implements slog.Handler.
//
//go:norace
func (l *logHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
//
//go:norace
func (l *logHandler) Handle(ctx context.Context, r slog.Record) error {
	l.host.outside("Logger")
	r.Time = time.Time{} // the event has the time; without one the line has none
	var line bytes.Buffer
	var h slog.Handler = slog.NewTextHandler(&line, &slog.HandlerOptions{Level: slog.LevelDebug - 100})
	if l.build != nil {
		h = l.build(h)
	}
	if err := h.Handle(ctx, r); err != nil {
		return err
	}
	text := string(bytes.TrimSpace(line.Bytes()))
	w := l.host.world
	if w.probes() {
		w.probe(w.cur, "Logger", text, 0) // the text of a line may be anything
	}
	if o := w.observer; o != nil {
		o.log(l.host, r.Message, text)
	}
	w.note(happening{kind: kindLog, host: l.host, text: text})
	return nil
}

// WithAttrs implements slog.Handler.
//
//go:norace
func (l *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return l.with(func(h slog.Handler) slog.Handler { return h.WithAttrs(attrs) })
}

// WithGroup implements slog.Handler.
//
//go:norace
func (l *logHandler) WithGroup(name string) slog.Handler {
	return l.with(func(h slog.Handler) slog.Handler { return h.WithGroup(name) })
}

//go:norace
func (l *logHandler) with(add func(slog.Handler) slog.Handler) slog.Handler {
	build := l.build
	return &logHandler{host: l.host, build: func(h slog.Handler) slog.Handler {
		if build != nil {
			h = build(h)
		}
		return add(h)
	}}
}
