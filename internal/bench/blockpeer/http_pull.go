// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// httpConnections bounds how many requests are outstanding, each on a connection of its own: more make nothing faster.
const httpConnections = 16

// httpPuller pulls ranges of a file with GET.
type httpPuller struct {
	client http.Client
	url    string
	want   Want
	each   bool // a request a block
}

func dialHTTPRange(addr string, w Want) (Puller, error)  { return newHTTPPuller(addr, w, false) }
func dialHTTPBlocks(addr string, w Want) (Puller, error) { return newHTTPPuller(addr, w, true) }

func newHTTPPuller(addr string, w Want, each bool) (Puller, error) {
	if w.Dest != "" {
		return nil, errors.New("http: nothing is measured that writes to a file")
	}
	t := &http.Transport{MaxIdleConnsPerHost: httpConnections, DisableCompression: true}
	t.DialContext = func(ctx context.Context, _, addr string) (net.Conn, error) {
		return congestion(w.Congestion).dial(ctx, addr)
	}
	return &httpPuller{client: http.Client{Transport: t}, url: "http://" + addr + "/", want: w, each: each}, nil
}

func (p *httpPuller) Pull(first, n int64) error {
	if !p.each {
		return p.get(first, n, make([]byte, rawPiece))
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	errs := make([]error, min(p.want.Outstanding, httpConnections))
	for w := range errs {
		workers.Go(func() {
			buf := make([]byte, min(p.want.Block, rawPiece))
			for i := next.Add(1) - 1; i < n && errs[w] == nil; i = next.Add(1) - 1 {
				errs[w] = p.get(first+i, 1, buf)
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

// get pulls n blocks with one request, through buf.
func (p *httpPuller) get(first, n int64, buf []byte) error {
	req, err := http.NewRequest(http.MethodGet, p.url, http.NoBody)
	if err != nil {
		return err
	}
	size := n * p.want.Block
	req.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", first*p.want.Block, first*p.want.Block+size-1))
	resp, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusPartialContent {
		return fmt.Errorf("get: %s", resp.Status)
	}
	for got := int64(0); ; {
		m, err := resp.Body.Read(buf)
		got += int64(m)
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && got == size:
			return nil
		default:
			return fmt.Errorf("%d bytes of %d: %w", got, size, err)
		}
	}
}

func (p *httpPuller) Close() error {
	p.client.CloseIdleConnections()
	return nil
}
