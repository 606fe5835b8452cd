// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/internal/shuffle/external"
)

// serveMetrics serves the counts of a service over HTTP, if that is asked for, until the function it returns is called.
func (c *serveShuffleCmd) serveMetrics(t *terminal, s *external.Service) (stop func(), err error) {
	if c.Metrics == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", c.Metrics)
	if err != nil {
		return nil, errors.Wrap(err, "--metrics")
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		writeMetrics(w, s.Stats())
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	go server.Serve(l) //nolint:errcheck // it ends when it is closed
	fmt.Fprintf(t.out, "metrics at http://%s/metrics\n", l.Addr())
	return func() { server.Close() }, nil //nolint:errcheck // it is of no use any more
}

// writeMetrics writes counts in Prometheus's text form.
func writeMetrics(w io.Writer, s external.Stats) {
	for _, m := range []struct {
		name, kind, help string
		value            any
	}{
		{"executors", "gauge", "Executors registered now.", s.Executors},
		{"connections", "gauge", "Connections open now.", s.Connections},
		{"registrations_total", "counter", "Registrations accepted.", s.Registrations},
		{"registrations_refused_total", "counter", "Registrations refused.", s.Refused},
		{"open_requests_total", "counter", "Requests that opened blocks.", s.Opened},
		{"chunks_total", "counter", "Chunks served.", s.Chunks},
		{"blocks_total", "counter", "Blocks served; a batch counts each of its blocks.", s.Blocks},
		{"bytes_total", "counter", "Bytes of those blocks.", s.Bytes},
		{"files_removed_total", "counter", "Files removed on request.", s.Removed},
		{"diagnoses_total", "counter", "Diagnoses of corrupt blocks.", s.Diagnoses},
		{"failures_total", "counter", "Requests and chunks that failed, and connections that their clients did not end.", s.Failures},
	} {
		fmt.Fprintf(w, "# HELP shuffle_%[1]s %[2]s\n# TYPE shuffle_%[1]s %[3]s\nshuffle_%[1]s %[4]v\n", m.name, m.help, m.kind, m.value)
	}
}
