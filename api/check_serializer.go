// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
)

// How often CheckSerializer encodes a value: maps of a few entries then come in different orders.
const (
	checkRepeats = 16
	checkTasks   = 4
)

// CheckSerializer reports every way in which s breaks the contract of [Serializer] for one of values: other bytes for the
// same value, encoded again, by several tasks of rt at once, or after a round trip; bytes before its own touched; input
// kept instead of copied; a panic on broken input. A value it cannot encode is an error too. The values must come back
// equal to themselves in encoded form; maps with several entries show the most.
func CheckSerializer(ctx context.Context, rt Runtime, s Serializer, values ...any) error {
	var errs []error
	if name := s.Name(); name == "" || s.Name() != name {
		errs = append(errs, errors.New("serializer: want a name that stays the same"))
	}
	for _, v := range values {
		c := serializerCheck{s: s, v: v}
		if err := c.run(ctx, rt); err != nil {
			errs = append(errs, fmt.Errorf("serializer %s, %T: %w", s.Name(), v, err))
		}
	}
	return errors.Join(errs...)
}

// serializerCheck is the check of one value.
type serializerCheck struct {
	s    Serializer
	v    any
	want []byte
}

func (c *serializerCheck) run(ctx context.Context, rt Runtime) error {
	var err error
	if c.want, err = c.s.Append(nil, c.v); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	return errors.Join(c.repeat(), c.appends(), c.concurrent(ctx, rt), c.roundTrip(), c.brokenInput())
}

// same encodes v and compares.
func (c *serializerCheck) same(how string, v any) error {
	got, err := c.s.Append(nil, v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", how, err)
	}
	if !bytes.Equal(got, c.want) {
		return fmt.Errorf("unstable %s: %s, then %s", how, excerpt(c.want), excerpt(got))
	}
	return nil
}

func excerpt(b []byte) string {
	if len(b) > 100 {
		return fmt.Sprintf("%q… (%d bytes)", b[:100], len(b))
	}
	return fmt.Sprintf("%q", b)
}

func (c *serializerCheck) repeat() error {
	for range checkRepeats {
		if err := c.same("when encoded again", c.v); err != nil {
			return err
		}
	}
	return nil
}

// appends gives the serializer a slice with bytes and room.
func (c *serializerCheck) appends() error {
	dst := append(make([]byte, 0, 64+len(c.want)), "before"...)
	got, err := c.s.Append(dst, c.v)
	if err != nil || !bytes.Equal(got, append([]byte("before"), c.want...)) {
		return fmt.Errorf("appended to %q: got %s, %w", "before", excerpt(got), err)
	}
	return nil
}

func (c *serializerCheck) concurrent(ctx context.Context, rt Runtime) error {
	g := NewGroup(rt)
	for range checkTasks {
		g.Go("encode", func() error {
			for range checkRepeats {
				if err := c.same("among several tasks", c.v); err != nil {
					return err
				}
				rt.Yield()
			}
			return nil
		})
	}
	return g.Wait(ctx)
}

// roundTrip decodes, writes over what it decoded from, and encodes again.
func (c *serializerCheck) roundTrip() error {
	v := c.newValue()
	input := bytes.Clone(c.want)
	if err := c.s.Decode(input, v); err != nil {
		return fmt.Errorf("decode its own bytes: %w", err)
	}
	for i := range input {
		input[i] ^= 0x55
	}
	return c.same("after a round trip, whose input was overwritten", reflect.ValueOf(v).Elem().Interface())
}

// newValue is a pointer to decode into.
func (c *serializerCheck) newValue() any {
	t := reflect.TypeOf(c.v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return reflect.New(t).Interface()
}

// brokenInput decodes everything that breaks off, and everything with one byte changed.
func (c *serializerCheck) brokenInput() (err error) {
	var input []byte
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic on %s: %v", excerpt(input), p)
		}
	}()
	for n := range min(len(c.want), 1000) {
		input = bytes.Clone(c.want[:n])
		_ = c.s.Decode(input, c.newValue()) // it may or may not be valid
		input = bytes.Clone(c.want)
		input[n] ^= 1 << (n % 8)
		_ = c.s.Decode(input, c.newValue()) // likewise
	}
	return nil
}
