// SPDX-License-Identifier: Apache-2.0

package netty

import "net"

// tcpListener accepts connections with the abilities of tcpConn.
type tcpListener struct {
	*net.TCPListener
	network *tcpNetwork
}

// Accept waits for the next connection. A connection that ended before it could be set up is skipped.
func (l *tcpListener) Accept() (net.Conn, error) {
	for {
		c, err := l.AcceptTCP()
		if err != nil {
			return nil, err
		}
		if conn, err := l.network.adopt(c); err == nil {
			return conn, nil
		}
	}
}
