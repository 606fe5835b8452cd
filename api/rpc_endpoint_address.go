// SPDX-License-Identifier: Apache-2.0

package api

import (
	"fmt"
	"strings"
)

// RpcEndpointAddress names an endpoint: its name and the address of its env, zero for a client-mode env. Its text is
// "spark://name@host:port" or "spark-client://name", as in Spark.
type RpcEndpointAddress struct {
	Name    string
	Address RpcAddress
}

// ParseRpcEndpointAddress parses either text form. The error text is Spark's.
func ParseRpcEndpointAddress(uri string) (RpcEndpointAddress, error) {
	if name, ok := strings.CutPrefix(uri, "spark-client://"); ok && name != "" && !strings.ContainsAny(name, "@:/?#") {
		return RpcEndpointAddress{Name: name}, nil
	}
	u, ok := parseSparkURI(uri)
	if !ok || u.Name == "" {
		return RpcEndpointAddress{}, fmt.Errorf("Invalid Spark URL: %s", uri) //nolint:staticcheck // Spark's own text
	}
	return u, nil
}

// String returns the URI.
func (a RpcEndpointAddress) String() string {
	if a.Address.IsZero() {
		return "spark-client://" + a.Name
	}
	return "spark://" + a.Name + "@" + a.Address.HostPort()
}

// parseSparkURI parses spark://[name@]host:port; anything more is refused.
func parseSparkURI(uri string) (RpcEndpointAddress, bool) {
	rest, ok := strings.CutPrefix(uri, "spark://")
	if !ok || strings.ContainsAny(rest, "/?#% \t\r\n") {
		return RpcEndpointAddress{}, false
	}
	name, hostPort, found := strings.Cut(rest, "@")
	if !found {
		name, hostPort = "", rest
	} else if name == "" || strings.ContainsAny(name, ":") || strings.Contains(hostPort, "@") {
		return RpcEndpointAddress{}, false
	}
	a, err := ParseRpcAddress(hostPort)
	if err != nil || a.Host == "" || a.Port == 0 {
		return RpcEndpointAddress{}, false
	}
	return RpcEndpointAddress{Name: name, Address: a}, true
}
