// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"io"
	"math/rand/v2"
	"net"
	"time"
)

// connectStandard is connect with pipes of the standard library: one from each end to the network between them, which
// carries what comes out of the one into the other.
func (b *bubble) connectStandard(seed, number uint64) (client, server io.ReadWriteCloser) {
	client, fromClient := net.Pipe()
	server, fromServer := net.Pipe()
	go b.carry(fromClient, fromServer, rand.New(rand.NewPCG(seed, 2*number)))
	go b.carry(fromServer, fromClient, rand.New(rand.NewPCG(seed, 2*number+1)))
	return client, server
}

// carry sends what comes out of a pipe, until its other end is closed. That is so at once for the network: who closes has
// read every answer, so nothing is on its way.
func (b *bubble) carry(from, to net.Conn, delays *rand.Rand) {
	defer to.Close()
	arrive := func(data []byte) { to.Write(data) }
	buf, last := make([]byte, 4<<10), time.Time{}
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		last = b.send(buf[:n], delays, last, arrive)
	}
}
