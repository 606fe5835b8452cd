// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// TestMisuse: what cannot work is refused where it is asked for, and not found out later.
func TestMisuse(t *testing.T) {
	inWorlds(t, func(p *place) {
		disk, dir := p.newDisk(map[string]string{"file": "text"})
		client := p.client("client", api.RpcEnvConfig{Files: disk})
		for name, err := range map[string]error{
			"set up endpoint none: there is none": second(client.SetupEndpoint("none", nil)),
			"file: the env listens nowhere":       second(client.FileServer().AddFile(dir + "/file")),
			"/file: the env listens nowhere":      second(client.FileServer().AddJar(dir + "/file")),
			"the env listens nowhere":             second(client.FileServer().AddDirectory("/classes", dir)),
		} {
			if err == nil || !strings.Contains(err.Error(), name) {
				p.Errorf("%v, want %q", err, name)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
