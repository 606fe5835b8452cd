// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/simulator"
)

// repeatCmd makes the run that stdin asks for and prints what came of it: what another simctl starts.
type repeatCmd struct{}

// repeatRequest is what stdin says.
type repeatRequest struct {
	Subject subjectFlags
	Tape    string
}

// Run is the verb.
func (*repeatCmd) Run(t *terminal) error {
	var r repeatRequest
	if err := json.NewDecoder(t.in).Decode(&r); err != nil {
		return usageError(errors.WithStack(err))
	}
	tape, err := simulator.ParseTape(r.Tape)
	if err != nil {
		return usageError(err)
	}
	s, err := r.Subject.subject()
	if err != nil {
		return err
	}
	return errors.WithStack(json.NewEncoder(t.out).Encode(simulator.Repeat(tape, s.scenario)))
}

// elsewhere makes the run of a tape in a process of its own.
func (f subjectFlags) elsewhere(ctx context.Context, tape *simulator.Tape) (got simulator.Repeated, err error) {
	program, err := os.Executable()
	if err != nil {
		return got, errors.WithStack(err)
	}
	request, err := json.Marshal(repeatRequest{Subject: f, Tape: tape.String()})
	if err != nil {
		return got, errors.WithStack(err)
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Args = []string{os.Args[0], "repeat"}
	cmd.Stdin = bytes.NewReader(request)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return got, fmt.Errorf("in a process of its own: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return got, errors.WithStack(json.Unmarshal(out, &got))
}
