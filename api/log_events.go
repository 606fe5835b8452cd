// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// LogEvents returns a listener that writes a line for each event: what loses a message, fails an endpoint or holds it up
// at Warn, repeated attempts at Info, everything else at Debug. It returns nil for a nil logger and for one that discards
// everything. It is the default where a configuration has a Logger and no Listener.
func LogEvents(logger *slog.Logger) *EventListener {
	if logger == nil || logger.Handler() == slog.DiscardHandler {
		return nil
	}
	l := eventLog{logger}
	return &EventListener{
		ConnectionOpened: func(e ConnectionOpened) {
			l.write(slog.LevelDebug, "connection opened", nil, slog.String("remote", e.Remote), slog.Bool("dialed", e.Dialed))
		},
		ConnectionClosed: func(e ConnectionClosed) {
			l.write(slog.LevelDebug, "connection closed", e.Cause, slog.String("remote", e.Remote), slog.Bool("dialed", e.Dialed))
		},
		ConnectFailed: l.connectFailed,
		AskFailed: func(e AskFailed) {
			l.write(slog.LevelDebug, "ask failed", e.Cause, address(e.Endpoint), slog.Duration("after", e.After))
		},
		MessageDropped:    l.messageDropped,
		MessageUnreadable: l.messageUnreadable,
		EndpointStarted:   func(e EndpointStarted) { l.write(slog.LevelDebug, "endpoint started", nil, address(e.Endpoint)) },
		EndpointStopped:   func(e EndpointStopped) { l.write(slog.LevelDebug, "endpoint stopped", nil, address(e.Endpoint)) },
		EndpointFailed:    l.endpointFailed,
		HandlerSlow: func(e HandlerSlow) {
			l.write(slog.LevelWarn, "handler is slow", nil, address(e.Endpoint), slog.Duration("took", e.Took))
		},
		FetchRetried: func(e FetchRetried) {
			l.write(slog.LevelInfo, "fetch again", e.Cause, slog.String("remote", e.Remote), slog.Int("retry", e.Retry), slog.Duration("after", e.After))
		},
		BlockFailed: func(e BlockFailed) {
			l.write(slog.LevelWarn, "block failed", e.Cause, slog.String("remote", e.Remote), slog.String("block", e.BlockID))
		},
	}
}

type eventLog struct{ logger *slog.Logger }

func address(a RpcEndpointAddress) slog.Attr { return slog.String("endpoint", a.String()) }

func causeAttr(cause error) slog.Attr { return slog.String("cause", fmt.Sprint(cause)) }

func (l eventLog) write(level slog.Level, message string, cause error, attrs ...slog.Attr) {
	ctx := context.Background()
	if !l.logger.Enabled(ctx, level) {
		return
	}
	if cause != nil {
		attrs = append(attrs, causeAttr(cause))
	}
	l.logger.LogAttrs(ctx, level, message, attrs...)
}

func (l eventLog) connectFailed(e ConnectFailed) {
	level, message := slog.LevelInfo, "connect failed, again"
	if e.Retry == 0 {
		level, message = slog.LevelWarn, "connect failed"
	}
	l.write(level, message, e.Cause, slog.String("remote", e.Remote), slog.Int("attempt", e.Attempt), slog.Duration("retry", e.Retry.Round(time.Microsecond)), slog.Int("waiting", e.Waiting))
}

func (l eventLog) messageDropped(e MessageDropped) {
	direction := "to"
	if e.Incoming {
		direction = "from"
	}
	l.write(slog.LevelWarn, "message dropped", e.Cause, slog.String(direction, e.Remote.String()), slog.String("endpoint", e.Endpoint), slog.Int("count", e.Count))
}

func (l eventLog) messageUnreadable(e MessageUnreadable) {
	l.write(slog.LevelWarn, "message unreadable", e.Cause, slog.String("from", e.Remote), slog.String("endpoint", e.Endpoint), slog.Bool("asked", e.Asked))
}

func (l eventLog) endpointFailed(e EndpointFailed) {
	level := slog.LevelWarn
	attrs := []slog.Attr{address(e.Endpoint)}
	if e.Handled {
		level = slog.LevelDebug
	}
	p := panicIn(e.Cause)
	if p == nil {
		l.write(level, "endpoint failed", e.Cause, attrs...)
		return
	}
	attrs = append(attrs, causeAttr(e.Cause), slog.String("at", p.place()), slog.String("stack", p.Stack)) // the stack last: it is long
	l.write(slog.LevelError, "endpoint failed", nil, attrs...)
}

// panicIn finds the panic in a cause, whose own methods may panic too; nil when there is none.
func panicIn(cause error) (p *PanicError) {
	defer func() { _ = recover() }()
	p, _ = errors.AsType[*PanicError](cause)
	return p
}
