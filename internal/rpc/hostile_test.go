// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/netty"
)

// TestBadBytesFailThatRequestAlone sends bodies that cannot be read over one connection, then one that can.
func TestBadBytesFailThatRequestAlone(t *testing.T) {
	env := newEnv(t, netty.Config{Bind: "127.0.0.1:0"})
	if _, err := env.SetupEndpoint("greeter", greeter(env)); err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", env.Address().HostPort())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() // end of test
	head, err := wire.AppendEnvelopeHeader(nil, wire.Address{}, wire.Address{}, "greeter")
	if err != nil {
		t.Fatal(err)
	}
	content := func(s string) string { return string(head) + s }
	name := "github.com/twinwire/twinwire/internal/rpc_test.hello"
	typed := string(rune(1)) + string([]byte{0, byte(len(name))}) + name
	for i, c := range []struct{ body, want string }{
		{"", "SerializationException"},
		{"\x01\x00", "SerializationException"},
		{content(""), "SerializationException"},
		{content("\x09"), "SerializationException"},
		{content("\x01\x00\xff"), "SerializationException"},
		{content(typed), "SerializationException"},
		{content(typed + "\xff\xff\xff"), "SerializationException"},
		{content(typed + "\x9b\xff\xff\xff\xff\xff\xff\xff\xff"), "SerializationException"},
		{content("\x01\x00\x03foo"), "foo"},
		{strings.Replace(content(typed), "greeter", "nobody!", 1), "org.apache.spark.SparkException: Could not find nobody!."},
	} {
		if got := exchange(t, conn, int64(i), []byte(c.body)); wire.PeekType(got) != wire.TypeRpcFailure || !strings.Contains(string(got), c.want) {
			t.Errorf("%q: answered %q", c.body, got)
		}
	}
	if got := exchange(t, conn, 99, []byte(content(typed+"\xa1\x64Name\x63you"))); wire.PeekType(got) != wire.TypeRpcResponse || !strings.Contains(string(got), "hello you") {
		t.Errorf("the connection answered %q", got)
	}
}

// exchange sends one request and reads one frame's payload.
func exchange(t *testing.T, conn net.Conn, id int64, body []byte) []byte {
	t.Helper()
	if _, err := conn.Write(append(wire.AppendRpcRequestHeader(nil, id, len(body)), body...)); err != nil {
		t.Fatal(err)
	}
	conn.SetReadDeadline(time.Now().Add(30 * time.Second)) // a read would tell
	var length [8]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		t.Fatalf("request %d: %v", id, err)
	}
	payload := make([]byte, binary.BigEndian.Uint64(length[:])-8)
	if _, err := io.ReadFull(conn, payload); err != nil {
		t.Fatalf("request %d: %v", id, err)
	}
	return payload
}

func TestTooLargeMessageIsRefusedAtTheSender(t *testing.T) {
	env := newEnv(t, netty.Config{Bind: "127.0.0.1:0", MaxMessageSize: 1000})
	ref, err := env.SetupEndpoint("greeter", greeter(env))
	if err != nil {
		t.Fatal(err)
	}
	client := newEnv(t, netty.Config{MaxMessageSize: 1000})
	remote := client.EndpointRef(ref.Address())
	for name, err := range map[string]error{
		"ask": func() error {
			_, err := api.Ask[greeting](t.Context(), remote, hello{Name: strings.Repeat("x", 1000)})
			return err
		}(),
		"send": remote.Send(hello{Name: strings.Repeat("x", 1000)}),
	} {
		var large *api.MessageTooLargeError
		if !errors.As(err, &large) || large.Size <= 1000 || large.Limit != 1000 || !strings.Contains(err.Error(), "RpcEnv.MaxMessageSize") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := api.Ask[greeting](t.Context(), remote, hello{Name: "you"}); err != nil {
		t.Error("a small one:", err)
	}
}

// TestClientModeReference: the endpoint of an env that listens nowhere is called over the connection its reference
// came on.
func TestClientModeReference(t *testing.T) {
	server := newEnv(t, netty.Config{Bind: "127.0.0.1:0"})
	ref, err := server.SetupEndpoint("caller", api.Handlers(api.OnAsk(func(call api.RpcCallContext, m greeting) (string, error) {
		got, err := api.Ask[greeting](call.Context(), m.From, hello{Name: m.Text})
		return got.Text, err
	})))
	if err != nil {
		t.Fatal(err)
	}
	client := newEnv(t, netty.Config{})
	mine, err := client.SetupEndpoint("mine", greeter(client))
	if err != nil {
		t.Fatal(err)
	}
	got, err := api.Ask[string](t.Context(), client.EndpointRef(ref.Address()), greeting{Text: "back", From: mine})
	if err != nil || got != "hello back" {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	server := newEnv(t, netty.Config{Bind: "127.0.0.1:0"})
	client := newEnv(t, netty.Config{})
	write(t, dir+"/a file.txt", "some text")
	write(t, dir+"/empty", "")
	write(t, dir+"/sub/one", strings.Repeat("one", 100_000))
	link(t, "/etc/passwd", dir+"/sub/link")
	uri, err := server.FileServer().AddFile(dir + "/a file.txt")
	if err != nil {
		t.Fatal(err)
	}
	empty, err := server.FileServer().AddJar(dir + "/empty")
	if err != nil {
		t.Fatal(err)
	}
	base, err := server.FileServer().AddDirectory("/classes/", dir+"/sub")
	if err != nil {
		t.Fatal(err)
	}
	for u, want := range map[string]string{uri: "some text", empty: "", base + "/one": strings.Repeat("one", 100_000)} {
		if got, err := read(t, client, u); got != want || err != nil {
			t.Errorf("%s: %d bytes, %v", u, len(got), err)
		}
	}
	for _, u := range []string{base + "/../a file.txt", base + "/link", base + "/%2e%2e/empty", base + "/none", base + "//etc/passwd", server.Address().SparkURL() + "/files/none", server.Address().SparkURL() + "/other/x"} {
		if got, err := read(t, client, u); err == nil {
			t.Errorf("%s was served: %q", u, got)
		}
	}
	for _, bad := range []string{"/files", "/jars/", "/classes/./", "", "/a/b"} {
		if _, err := server.FileServer().AddDirectory(bad, dir); err == nil {
			t.Errorf("directory %q was taken", bad)
		}
	}
}

func read(t *testing.T, env api.RpcEnv, uri string) (string, error) {
	t.Helper()
	ch, err := env.OpenChannel(t.Context(), uri)
	if err != nil {
		return "", err
	}
	defer ch.Close() // never fails
	b, err := io.ReadAll(ch)
	return string(b), err
}
