// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pkgerrors "github.com/pkg/errors"

	"github.com/twinwire/twinwire/api"
)

// sentinels are those of package api, by name.
func sentinels() map[string]error {
	return map[string]error{
		"ErrEnvStopped": api.ErrEnvStopped, "ErrEndpointNotFound": api.ErrEndpointNotFound, "ErrEndpointStopped": api.ErrEndpointStopped,
		"ErrEndpointExists": api.ErrEndpointExists, "ErrTimeout": api.ErrTimeout, "ErrConnectionClosed": api.ErrConnectionClosed,
		"ErrSerialization": api.ErrSerialization, "ErrNotAuthorized": api.ErrNotAuthorized, "ErrMessageTooLarge": api.ErrMessageTooLarge,
		"ErrOutboxFull": api.ErrOutboxFull, "ErrInboxFull": api.ErrInboxFull, "ErrUnhandled": api.ErrUnhandled, "ErrSelfAsk": api.ErrSelfAsk, "ErrAlreadyReplied": api.ErrAlreadyReplied,
		"ErrNotAsked": api.ErrNotAsked, "ErrUnboundRef": api.ErrUnboundRef, "ErrBlockNotFound": api.ErrBlockNotFound, "ErrExecutorDead": api.ErrExecutorDead, "ErrStaleMerge": api.ErrStaleMerge, "ErrAddressInUse": api.ErrAddressInUse,
		"ErrForeignDeadline": api.ErrForeignDeadline, "ErrQueueClosed": api.ErrQueueClosed, "ErrReplyLater": api.ErrReplyLater,
		"context.Canceled": context.Canceled, "context.DeadlineExceeded": context.DeadlineExceeded, "fs.ErrNotExist": fs.ErrNotExist,
	}
}

// TestEverySentinelIsInTheTable reads the exported variables of type error from the source of package api.
func TestEverySentinelIsInTheTable(t *testing.T) {
	files, err := filepath.Glob("../../api/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			vars, ok := d.(*ast.GenDecl)
			if !ok || vars.Tok != token.VAR || strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, spec := range vars.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					if !id.IsExported() {
						continue
					}
					found++
					if sentinels()[id.Name] == nil {
						t.Errorf("%s: %s is not in the table", name, id.Name)
					}
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d sentinels found", found)
	}
}

// raise asks for a failure; Hop asks the receiver to ask that endpoint instead, and to pass on what it gets.
type raise struct {
	Name string
	How  string
	Hop  api.RpcEndpointRef
}

// kin is an error type whose Unwrap says what it is.
type kin struct{ err error }

func (k kin) Error() string { return "kin of " + k.err.Error() }
func (k kin) Unwrap() error { return k.err }

// claimant says that it is an error by its method Is, and wraps nothing.
type claimant struct{ err error }

func (c *claimant) Error() string        { return "it claims to be " + c.err.Error() }
func (c *claimant) Is(target error) bool { return target == c.err }

// dress puts an error into another.
func dress(how string, err error) error {
	switch how {
	case "wrapped":
		return fmt.Errorf("twice: %w", fmt.Errorf("once: %w", err))
	case "wrapped with a stack":
		return pkgerrors.WithMessage(pkgerrors.Wrap(err, "once"), "twice")
	case "joined":
		return errors.Join(errors.New("another"), fmt.Errorf("wrapped: %w", err))
	case "in a type":
		return &kin{kin{err}}
	case "claimed":
		return &claimant{err}
	case "far inside":
		for range 40 {
			err = fmt.Errorf("in: %w", err)
		}
		return err
	case "behind many":
		all := make([]error, 40, 41)
		for i := range all {
			all[i] = fmt.Errorf("another, %d", i)
		}
		return errors.Join(append(all, err)...)
	case "with another":
		return fmt.Errorf("%w and %w", errors.New("another"), err)
	}
	return err
}

func raiser(errs map[string]error) api.RpcEndpoint {
	return api.Handlers(
		api.OnAsk(func(call api.RpcCallContext, m raise) (string, error) {
			err := dress(m.How, errs[m.Name])
			if !m.Hop.IsZero() {
				_, err = api.Ask[string](call.Context(), m.Hop, raise{Name: m.Name, How: m.How})
			}
			if err == api.ErrReplyLater { //nolint:errorlint // returned bare, it means something else
				if err := call.SendFailure(err); err != nil {
					return "", err
				}
			}
			return "", err
		}),
	)
}

// TestSentinelsTravel: errors.Is knows every sentinel on the asker's side, whatever it stands in, over one hop and two.
func TestSentinelsTravel(t *testing.T) {
	errs := sentinels()
	inWorlds(t, func(p *place) {
		last := p.endpoint(p.server("last", api.RpcEnvConfig{}), "last", raiser(errs))
		p.both(api.RpcEnvConfig{}, func() api.RpcEndpoint { return raiser(errs) }, func(where string, ref api.RpcEndpointRef) {
			for _, name := range slices.Sorted(maps.Keys(errs)) {
				for _, how := range []string{"bare", "wrapped", "wrapped with a stack", "joined", "in a type", "claimed", "with another", "far inside", "behind many"} {
					for _, hop := range []api.RpcEndpointRef{{}, last} {
						_, err := api.Ask[string](p.ctx, ref, raise{Name: name, How: how, Hop: hop})
						if err == nil || !errors.Is(err, errs[name]) || err.Error() != dress(how, errs[name]).Error() {
							p.Errorf("%s %s, %s, hop %v: %v", where, name, how, hop, err)
						}
						if other := errs["ErrNotAsked"]; name != "ErrNotAsked" && errors.Is(err, other) {
							p.Errorf("%s %s, %s: matches %v too", where, name, how, other)
						}
					}
				}
			}
		})
	})
}

type byValue struct{ Code int }

func (e byValue) Error() string { return fmt.Sprint("code ", e.Code) }

type number int

func (e number) Error() string { return fmt.Sprint("number ", int(e)) }

type nothing struct{}

func (nothing) Error() string { return "nothing" }

type named struct{ Why string }

func (e *named) Error() string { return e.Why }

func (named) WireName() string { return "a.name.of.its.own" }

type closed struct{ secret int }

func (e closed) Error() string { return fmt.Sprint("secret ", e.secret) }

type kinByMethod struct{ What string }

func (e *kinByMethod) Error() string { return e.What }
func (e *kinByMethod) Is(target error) bool {
	return target == fs.ErrExist || target == api.ErrNotAuthorized
}

type unaligned struct{ Err error }

func (unaligned) Error() string { return "holds an error it does not wrap" }

// as returns what errors.As finds, as text.
func as[E error](err error) string {
	var e E
	if !errors.As(err, &e) {
		return "not found"
	}
	return fmt.Sprintf("%T %v", e, e)
}

// TestTypedErrorsTravel: errors.As knows types of the program and of the standard library, which nobody registered.
func TestTypedErrorsTravel(t *testing.T) {
	errs := map[string]error{
		"value": byValue{7}, "pointer": &refused{8}, "number": number(9), "nothing": nothing{}, "named": &named{"so"},
		"path": &fs.PathError{Op: "open", Path: "/x", Err: fs.ErrNotExist}, "kin": &kinByMethod{"is more"}, "closed": closed{1},
		"large": &api.MessageTooLargeError{What: "message", Size: 2, Limit: 1, Setting: "S"}, "unaligned": unaligned{errors.New("inner")},
		"late":      &api.TimeoutError{Op: "ask", After: 5, Setting: "S"},
		"cancelled": &api.TimeoutError{Op: "ask", After: 5, Setting: api.SettingContext},
	}
	inWorlds(t, func(p *place) {
		last := p.endpoint(p.server("last", api.RpcEnvConfig{}), "last", raiser(errs))
		p.both(api.RpcEnvConfig{}, func() api.RpcEndpoint { return raiser(errs) }, func(where string, ref api.RpcEndpointRef) {
			for _, how := range []string{"bare", "wrapped", "joined"} {
				for _, hop := range []api.RpcEndpointRef{{}, last} {
					ask := func(name string) error {
						_, err := api.Ask[string](p.ctx, ref, raise{Name: name, How: how, Hop: hop})
						return err
					}
					check := func(name, got, want string) {
						if got != want {
							p.Errorf("%s, %s %s: %s, want %s", where, how, name, got, want)
						}
					}
					check("value", as[byValue](ask("value")), "rpc_test.byValue code 7")
					check("pointer", as[*refused](ask("pointer")), "*rpc_test.refused refused with code 8")
					check("number", as[number](ask("number")), "rpc_test.number number 9")
					check("nothing", as[nothing](ask("nothing")), "rpc_test.nothing nothing")
					check("named", as[*named](ask("named")), "*rpc_test.named so")
					check("path", as[*fs.PathError](ask("path")), "*fs.PathError open /x: file does not exist")
					check("large", as[*api.MessageTooLargeError](ask("large")), "*api.MessageTooLargeError message: 2 bytes exceed the limit of 1 (S)")
					check("late", as[*api.TimeoutError](ask("late")), "*api.TimeoutError ask: no reply in 5ns (S)")
					check("another type", as[byValue](ask("pointer")), "not found")
					p.wantErr("path", ask("path"), fs.ErrNotExist)
					p.wantErr("kin", ask("kin"), fs.ErrExist, api.ErrNotAuthorized)
					p.wantErr("large", ask("large"), api.ErrMessageTooLarge)
					p.wantErr("late", ask("late"), api.ErrTimeout)
					p.wantErr("cancelled", ask("cancelled"), api.ErrTimeout, context.DeadlineExceeded)
					if errors.Is(ask("late"), context.DeadlineExceeded) {
						p.Errorf("%s: a timeout of a setting is one of the context", where)
					}
					if where == "remote" { // what cannot travel whole is known by text only
						check("closed", as[closed](ask("closed")), "not found")
						check("unaligned", as[unaligned](ask("unaligned")), "not found")
					}
				}
			}
		})
	})
}
