// SPDX-License-Identifier: Apache-2.0

package netty_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// Double asks for twice a number.
type Double struct{ N int }

// Doubled is the answer.
type Doubled struct{ N int }

// Two envs talk over loopback: one serves an endpoint, the other, in client mode, asks it.
func ExampleNewRpcEnv() {
	ctx := context.Background()
	server, err := netty.NewRpcEnv(netty.Config{Name: "math", Bind: "127.0.0.1:0"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Shutdown(ctx)
	_, err = server.SetupEndpoint("doubler", api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m Double) (Doubled, error) { return Doubled{N: 2 * m.N}, nil }),
	))
	if err != nil {
		fmt.Println(err)
		return
	}

	client, err := netty.NewRpcEnv(netty.Config{Name: "client"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Shutdown(ctx)
	ref, err := client.Lookup(ctx, "spark://doubler@"+server.Address().HostPort())
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := api.Ask[Doubled](ctx, ref, Double{N: 21})
	fmt.Println(answer.N, err)
	// Output: 42 <nil>
}

// A directory that other processes write to, and name files in, is opened as a disk that they cannot lead out of.
func ExampleOpenRoot() {
	dir, err := os.MkdirTemp("", "root-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := os.Symlink("/etc", filepath.Join(dir, "link")); err != nil {
		fmt.Println(err)
		return
	}
	root, err := netty.OpenRoot(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer root.Close()

	_, err = root.Stat("link/passwd")
	fmt.Println(err)
	_, err = root.Stat("../../../etc/passwd")
	fmt.Println(errors.Is(err, fs.ErrNotExist)) // ".." stays at the top
	// Output:
	// statat link/passwd: path escapes from parent
	// true
}
