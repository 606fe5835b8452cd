// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"context"
	"net"

	"storj.io/drpc/drpcconn"
	"storj.io/drpc/drpcmux"
	"storj.io/drpc/drpcserver"

	"github.com/twinwire/twinwire/internal/bench/echopb"
)

func serveDRPC() (Server, error) {
	mux := drpcmux.New()
	if err := echopb.DRPCRegisterEcho(mux, echoService{}); err != nil {
		return nil, err
	}
	s := drpcserver.New(mux)
	return serveEach(func(c net.Conn) {
		s.ServeOne(context.Background(), c) //nolint:errcheck // it ends with the connection
	})
}

// drpcCaller calls over one connection, which carries one call at a time: that is how drpc works.
type drpcCaller struct {
	conn   *drpcconn.Conn
	client echopb.DRPCEchoClient
}

func dialDRPC(addr string) (Caller, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	conn := drpcconn.New(c)
	return drpcCaller{conn, echopb.NewDRPCEchoClient(conn)}, nil
}

func (c drpcCaller) Call(id int64, data []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	reply, err := c.client.Echo(ctx, &echopb.Message{Id: id, Name: name, Data: data})
	if err != nil {
		return err
	}
	return check(id, reply.Id, data, reply.Data)
}

func (c drpcCaller) Close() error { return c.conn.Close() }
