// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"errors"
	"net"
	"net/http"
	"os"
	"time"
)

// httpServer serves a file as net/http does, with sendfile where a range allows it.
type httpServer struct {
	listener net.Listener
	server   *http.Server
	file     string
}

func serveHTTP(h Have) (Server, error) {
	l, err := congestion(h.Congestion).listen()
	if err != nil {
		return nil, err
	}
	s := &httpServer{listener: l, file: h.Path}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go s.server.Serve(l) //nolint:errcheck // it ends with Close
	return s, nil
}

// ServeHTTP opens the file for each request: the handler's file position is its own.
func (s *httpServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, err := os.Open(s.file)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	defer f.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, f)
}

func (s *httpServer) Addr() string { return s.listener.Addr().String() }

func (s *httpServer) Close() error {
	err := s.server.Close()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
