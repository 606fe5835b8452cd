// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"fmt"
	"net"
	"net/netip"
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

// CheckHost reports why host cannot be a part of an address, nil when it can or is empty.
func CheckHost(host string) error {
	if host == "" {
		return nil
	}
	a := api.NewRpcAddress(Bracket(host), 1)
	back, err := api.ParseSparkURL(a.SparkURL())
	if inside, bracketed := strings.CutPrefix(a.Host, "["); err == nil && bracketed {
		_, err = netip.ParseAddr(strings.TrimSuffix(inside, "]"))
	}
	if err != nil || back != a {
		return fmt.Errorf("%q: want a host name or an IP address", host)
	}
	return nil
}

// Bracket puts an IPv6 literal into brackets.
func Bracket(host string) string {
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		return "[" + host + "]"
	}
	return host
}
