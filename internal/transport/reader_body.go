// SPDX-License-Identifier: Apache-2.0

package transport

// body reads the next n bytes into memory of their own size. It allocates ahead of what has arrived by no more than
// bodyAhead, or as much again as has arrived.
func (r *reader) body(n int) ([]byte, error) {
	b := make([]byte, min(n, bodyAhead))
	for got := 0; got < n; {
		if got == len(b) {
			b = append(make([]byte, 0, min(n, 2*got)), b...)
			b = b[:cap(b)]
		}
		m, err := r.into(b[got:])
		if err != nil {
			return nil, inMidst(err)
		}
		got += m
	}
	return b, nil
}

// into reads some bytes into p: what the decoder holds, else straight from the connection.
func (r *reader) into(p []byte) (int, error) {
	if got := r.decoder.TakeRaw(int64(len(p))); got != nil {
		return copy(p, got), nil
	}
	if r.cipher != nil {
		return 0, r.fill()
	}
	if err := r.await(); err != nil {
		return 0, err
	}
	n, err := r.conn.Read(p)
	return n, r.count(n, err)
}

// skip reads n bytes and drops them.
func (r *reader) skip(n int) error {
	return r.raw(int64(n), func([]byte) error { return nil })
}

// discard reads and drops what comes until the connection ends, or limit bytes.
func (r *reader) discard(limit int64) error {
	buf := r.buffers.get()
	defer r.buffers.put(buf)
	for limit > 0 {
		n, err := r.conn.Read(buf)
		if err := r.count(n, err); err != nil {
			return err
		}
		limit -= int64(n)
	}
	return nil
}
