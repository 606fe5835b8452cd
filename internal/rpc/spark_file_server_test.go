// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"io"
	"path"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// newDisk gives the place a disk with these files, and returns the folder they are in.
func (p *place) newDisk(files map[string]string) (api.Files, string) {
	p.Helper()
	if p.sim == nil {
		dir := p.TempDir()
		for name, text := range files {
			write(p.T, dir+"/"+name, text)
		}
		return nil, dir
	}
	disk := p.sim.Host("server").Files()
	for name, text := range files {
		if err := disk.MkdirAll(path.Dir("/data/" + name)); err != nil {
			p.Fatal(err)
		}
		p.writeTo(disk, "/data/"+name, text)
	}
	return disk, "/data"
}

func (p *place) writeTo(disk *memnet.Files, name, text string) {
	p.Helper()
	f, err := disk.Create(name)
	if err != nil {
		p.Fatal(err)
	}
	if _, err := f.Write([]byte(text)); err != nil {
		p.Fatal(err)
	}
	if err := f.Close(); err != nil {
		p.Fatal(err)
	}
}

// download reads a file of another env.
func (p *place) download(env api.RpcEnv, uri string) (string, error) {
	ch, err := env.OpenChannel(p.ctx, uri)
	if err != nil {
		return "", err
	}
	defer ch.Close() // never fails
	b, err := io.ReadAll(ch)
	return string(b), err
}

func TestENV34FileServer(t *testing.T) {
	inWorlds(t, func(p *place) {
		files := map[string]string{
			"file": strings.Repeat("file", 10_000), "file with a space.txt": "a space", "empty": "", "a.jar": "jar",
			"dir1/one": "one", "dir1/sub/two": "two", "dir2/three": "three",
		}
		disk, dir := p.newDisk(files)
		server := p.server("server", api.RpcEnvConfig{Files: disk})
		client, f := p.client("client", api.RpcEnvConfig{}), server.FileServer()
		uris := map[string]string{}
		add := func(name string) func(uri string, err error) {
			return func(uri string, err error) {
				if err != nil {
					p.Fatal(name, err)
				}
				uris[name] = uri
			}
		}
		add("file")(f.AddFile(dir + "/file"))
		add("file with a space.txt")(f.AddFile(dir + "/file with a space.txt"))
		add("empty")(f.AddFile(dir + "/empty"))
		add("a.jar")(f.AddJar(dir + "/a.jar"))
		add("dir1")(f.AddDirectory("/dir1/", dir+"/dir1"))
		add("dir2")(f.AddDirectory("/dir2/", dir+"/dir2"))
		uris["dir1/one"], uris["dir1/sub/two"], uris["dir2/three"] = uris["dir1"]+"/one", uris["dir1"]+"/sub/two", uris["dir2"]+"/three"
		for name, want := range files {
			if got, err := p.download(client, uris[name]); got != want || err != nil {
				p.Errorf("%s from %s: %d bytes, %v; want %d", name, uris[name], len(got), err, len(want))
			}
		}
		for _, bad := range []string{"/files", "/jars", "/dir1/././", "/dir2/../dir2/"} {
			if uri, err := f.AddDirectory(bad, dir+"/dir1"); err == nil {
				p.Errorf("directory %q was taken as %s", bad, uri)
			}
		}
		base := server.Address().SparkURL()
		for _, missing := range []string{base + "/files/doesNotExist", base + "/jars/doesNotExist", base + "/dir1/doesNotExist", base + "/nowhere/x"} {
			if got, err := p.download(client, missing); err == nil {
				p.Errorf("%s has %d bytes", missing, len(got))
			}
		}
	})
}
