// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"testing"

	"github.com/twinwire/twinwire/api"
)

func TestADR01ToString(t *testing.T) {
	a := api.RpcEndpointAddress{Name: "test", Address: api.NewRpcAddress("localhost", 12345)}
	if got := a.String(); got != "spark://test@localhost:12345" {
		t.Error(got)
	}
}

func TestADR02ToStringForClientMode(t *testing.T) {
	if got := (api.RpcEndpointAddress{Name: "test"}).String(); got != "spark-client://test" {
		t.Error(got)
	}
}

func wantAddress(t *testing.T, a api.RpcAddress, host string, port int, hostPort string) {
	t.Helper()
	if a.Host != host || a.Port != port || a.HostPort() != hostPort {
		t.Errorf("%+v, %s; want %s, %d, %s", a, a.HostPort(), host, port, hostPort)
	}
}

func TestADR03HostPort(t *testing.T) {
	wantAddress(t, api.NewRpcAddress("1.2.3.4", 1234), "1.2.3.4", 1234, "1.2.3.4:1234")
}

func TestADR04FromSparkURL(t *testing.T) {
	a, err := api.ParseSparkURL("spark://1.2.3.4:1234")
	if err != nil {
		t.Fatal(err)
	}
	wantAddress(t, a, "1.2.3.4", 1234, "1.2.3.4:1234")
}

func wantInvalid(t *testing.T, url string) {
	t.Helper()
	if a, err := api.ParseSparkURL(url); err == nil || err.Error() != "Invalid master URL: "+url {
		t.Errorf("%s: %v, %v", url, a, err)
	}
}

func TestADR05FromSparkURLATypo(t *testing.T)         { wantInvalid(t, "spark://1.2. 3.4:1234") }
func TestADR06FromSparkURLInvalidScheme(t *testing.T) { wantInvalid(t, "invalid://1.2.3.4:1234") }

func wantURL(t *testing.T, host, url string) {
	t.Helper()
	if got := api.NewRpcAddress(host, 1234).SparkURL(); got != url {
		t.Errorf("%s: %s, want %s", host, got, url)
	}
}

func TestADR07ToSparkURL(t *testing.T) { wantURL(t, "1.2.3.4", "spark://1.2.3.4:1234") }

func TestADR08IPv6HostPort(t *testing.T) {
	wantAddress(t, api.NewRpcAddress("::1", 1234), "[::1]", 1234, "[::1]:1234")
}

func TestADR09IPv6FromSparkURL(t *testing.T) {
	a, err := api.ParseSparkURL("spark://[::1]:1234")
	if err != nil {
		t.Fatal(err)
	}
	wantAddress(t, a, "[::1]", 1234, "[::1]:1234")
}

func TestADR10IPv6ToSparkURL(t *testing.T)          { wantURL(t, "::1", "spark://[::1]:1234") }
func TestADR11ConsistentSparseMapping(t *testing.T) { wantURL(t, "::0:1", "spark://[::1]:1234") }
func TestADR12ConsistentSparseMappingTrailing(t *testing.T) {
	wantURL(t, "2600::", "spark://[2600::]:1234")
}
