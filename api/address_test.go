// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"testing"

	"github.com/twinwire/twinwire/api"
)

func TestRpcAddress(t *testing.T) {
	for in, want := range map[string]string{
		"::1": "[::1]:1234", "[::1]": "[::1]:1234", "::0:1": "[::1]:1234", "0:0:0:0:0:0:0:2": "[::2]:1234", "2600::": "[2600::]:1234",
		"2001:db8:0:0::1": "2001:db8:0:0::1:1234", "1.2.3.4": "1.2.3.4:1234", "host": "host:1234",
	} {
		if got := api.NewRpcAddress(in, 1234).HostPort(); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	for _, url := range []string{"spark://1.2.3.4:1234", "spark://[::1]:1234", "spark://host:1"} {
		if a, err := api.ParseSparkURL(url); err != nil || a.SparkURL() != url {
			t.Errorf("%s: %v, %v", url, a, err)
		}
	}
	for _, url := range []string{
		"spark://1.2. 3.4:1234", "invalid://1.2.3.4:1234", "spark://h", "spark://h:", "spark://:1", "spark://h:1/p", "spark://u@h:1", "spark://h:1?q", "spark://h:1#f", "spark://h:65536", "",
	} {
		if _, err := api.ParseSparkURL(url); err == nil || err.Error() != "Invalid master URL: "+url {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestRpcEndpointAddress(t *testing.T) {
	for _, uri := range []string{"spark://test@localhost:12345", "spark-client://test", "spark://a-b@[::1]:7"} {
		if a, err := api.ParseRpcEndpointAddress(uri); err != nil || a.String() != uri {
			t.Errorf("%s: %v, %v", uri, a, err)
		}
	}
	for _, uri := range []string{"spark://localhost:1", "spark://@h:1", "spark://a@h", "spark://a@h:1/x", "spark://a@b@h:1", "http://a@h:1", "spark-client://", "spark-client://a@b"} {
		if _, err := api.ParseRpcEndpointAddress(uri); err == nil || err.Error() != "Invalid Spark URL: "+uri {
			t.Errorf("%q: %v", uri, err)
		}
	}
}
