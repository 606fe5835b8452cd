// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
)

// serverRoles are our servers by name; each returns its address.
var serverRoles = map[string]func(args []string) (string, error){
	"ask-server":   func([]string) (string, error) { return serveAsks() },
	"rpc-server":   func([]string) (string, error) { return serveRequests() },
	"fetch-server": serveChunks,
	executorServer: serveExecutor,
	serviceServer:  serveService,
}

// clientRoles are our clients by name; each puts a load on the server at an address.
var clientRoles = map[string]func(address string, l *load) error{
	"ask-client":          askBytes,
	"ask-self-client":     askBlocks,
	"rpc-client":          requestAndWait,
	"rpc-callback-client": requestByCallback,
	"fetch-client":        fetchChunks,
	"blocks-client":       fetchBlocks,
}

// play is this process as a peer of the driver's, under a role. It ends with its standard input.
func play(role string, args []string) error {
	if serve := serverRoles[role]; serve != nil {
		address, err := serve(args)
		if err != nil {
			return err
		}
		fmt.Println("ready", address)
		_, err = io.Copy(io.Discard, os.Stdin)
		return err
	}
	call := clientRoles[role]
	if call == nil || len(args) == 0 {
		return fmt.Errorf("no role %q with arguments %q", role, args)
	}
	l, err := newLoad(args[1:])
	if err != nil {
		return err
	}
	return call(args[0], l)
}
