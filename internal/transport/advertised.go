// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"net"
	"strings"

	"github.com/twinwire/twinwire/api"
)

// Advertised is the address others are told to dial: the configured host, else that of bind, with the port that was
// bound. An unspecified host becomes loopback.
func Advertised(bind, advertiseHost, bound string) (api.RpcAddress, error) {
	a, err := api.ParseRpcAddress(bound)
	if err != nil {
		return a, err
	}
	host := advertiseHost
	if host == "" {
		if host, _, err = net.SplitHostPort(bind); err != nil {
			return a, err
		}
	}
	switch host {
	case "", "0.0.0.0":
		host = "127.0.0.1"
	case "::":
		host = "::1"
	}
	return api.NewRpcAddress(Bracket(host), a.Port), nil
}

// Bracket puts an IPv6 literal into brackets.
func Bracket(host string) string {
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		return "[" + host + "]"
	}
	return host
}
