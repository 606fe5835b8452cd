// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// executorCmd is the hidden verb of an executor process. Its settings are one line on stdin; it leaves when stdin closes.
type executorCmd struct{}

// executorSettings is that line.
type executorSettings struct {
	Host   string `json:"host"`
	Driver string `json:"driver"` // host:port
	tcpSettings
}

// Run is the verb.
func (*executorCmd) Run(t *terminal) error {
	in := bufio.NewReader(t.in)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return nil //nolint:nilerr // the parent has gone before it said anything
	}
	var s executorSettings
	if err := json.Unmarshal(line, &s); err != nil {
		return errors.Wrap(err, "read settings")
	}
	n, err := newTCPNode(s.Host, s.tcpSettings)
	if err != nil {
		return err
	}
	if n.driver, err = api.ParseRpcAddress(s.Driver); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- errors.WithMessage(shuffle.Executor()(context.Background(), n), s.Host) }()
	go func() {
		io.Copy(io.Discard, in) //nolint:errcheck // any end of stdin is the end
		ended <- nil
	}()
	return <-ended
}
