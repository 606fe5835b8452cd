// SPDX-License-Identifier: Apache-2.0

package rpc

import "context"

// handlerContext is what an endpoint's handlers wait with: a context of the api that knows its inbox. It tells of its end
// as that does, so that a child made by the standard library costs no goroutine.
type handlerContext struct {
	context.Context
	in *inbox
}

// inboxKey finds the inbox whose handler a context belongs to.
type inboxKey struct{}

func (c handlerContext) Value(key any) any {
	if key == (inboxKey{}) {
		return c.in
	}
	return c.Context.Value(key)
}

// AfterFunc is that of the api's context.
func (c handlerContext) AfterFunc(f func()) (stop func() bool) {
	return c.Context.(interface{ AfterFunc(f func()) func() bool }).AfterFunc(f)
}

// handlerInbox is the inbox whose handler ctx belongs to, nil outside handlers.
func handlerInbox(ctx context.Context) *inbox {
	if ctx == nil {
		return nil
	}
	in, _ := ctx.Value(inboxKey{}).(*inbox)
	return in
}
