// SPDX-License-Identifier: Apache-2.0

package api

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// RpcAddress is where an env listens, as Spark's RpcAddress: a host name or address, and a port. The zero value is the
// address of a client-mode env, which has none. Make one with [NewRpcAddress], which writes IPv6 literals the way
// Spark does, so that equal addresses compare equal with ==.
type RpcAddress struct {
	Host string // name, IPv4 address, or bracketed IPv6 address
	Port int
}

// NewRpcAddress returns the address of host and port. An IPv6 literal that consists of digits and colons is put into
// canonical form and brackets; one with hex letters stays as written, as in Spark.
func NewRpcAddress(host string, port int) RpcAddress {
	return RpcAddress{Host: normalizeHost(host), Port: port}
}

func normalizeHost(host string) string {
	bare := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if !strings.Contains(bare, ":") || strings.Trim(bare, "0123456789:") != "" {
		return host
	}
	ip, err := netip.ParseAddr(bare)
	if err != nil {
		return host
	}
	return "[" + ip.String() + "]"
}

// ParseRpcAddress parses "host:port".
func ParseRpcAddress(hostPort string) (RpcAddress, error) {
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		return RpcAddress{}, fmt.Errorf("address %q: want host:port", hostPort)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return RpcAddress{}, fmt.Errorf("address %q: want a port from 0 to 65535", hostPort)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return NewRpcAddress(host, int(n)), nil
}

// ParseSparkURL parses "spark://host:port" and nothing more, as RpcAddress.fromSparkURL. The error text is Spark's.
func ParseSparkURL(url string) (RpcAddress, error) {
	u, ok := parseSparkURI(url)
	if !ok || u.Name != "" {
		return RpcAddress{}, fmt.Errorf("Invalid master URL: %s", url) //nolint:staticcheck // Spark's own text, searched by its users
	}
	return u.Address, nil
}

// IsZero reports whether this is the address of a client-mode env.
func (a RpcAddress) IsZero() bool { return a == RpcAddress{} }

// HostPort returns "host:port", which [Network] dials.
func (a RpcAddress) HostPort() string { return a.Host + ":" + strconv.Itoa(a.Port) }

// SparkURL returns "spark://host:port".
func (a RpcAddress) SparkURL() string { return "spark://" + a.HostPort() }

// String returns HostPort.
func (a RpcAddress) String() string { return a.HostPort() }
