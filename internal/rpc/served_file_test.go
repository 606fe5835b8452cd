// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// TestHostileFileNames: no name gets a file that was not added.
func TestHostileFileNames(t *testing.T) {
	top := t.TempDir()
	dir := top + "/dir"
	write(t, top+"/secret", "secret")
	write(t, top+"/outside/deep", "secret")
	write(t, dir+"/sub/in", "in")
	for name, to := range map[string]string{"file": "../secret", "folder": "../outside", "abs": top + "/secret", "chain": "folder", "sub/up": "../../secret"} {
		link(t, to, dir+"/"+name)
	}
	root, err := netty.OpenRoot(top)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close() // end of test
	for name, d := range map[string]struct {
		files api.Files
		dir   string
	}{
		"machine": {nil, dir}, "root": {root, "/dir"}, "directory": {netty.DirFiles(top), "dir"},
		"mount": {netty.MountFiles(root, map[string]string{"m": dir}), "m"}, "plain": {struct{ api.Files }{netty.OSFiles()}, dir},
	} {
		server, client := newEnv(t, netty.Config{Bind: "127.0.0.1:0", Files: d.files}), newEnv(t, netty.Config{})
		base, err := server.FileServer().AddDirectory("/d", d.dir)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read(t, client, base+"/sub/in"); got != "in" || err != nil {
			t.Errorf("%s: what is there: %q, %v", name, got, err)
		}
		long := strings.Repeat("n", 5000)
		for _, rest := range []string{
			"file", "folder/deep", "abs", "chain/deep", "sub/up", "../secret", "sub/../../secret", "%2e%2e/secret", "..%2fsecret", "..%5csecret", `sub\..\..\secret`,
			"%252e%252e/secret", top + "/secret", "/" + top + "/secret", "./sub/in", "sub//in", "sub/in/", "sub", "", ".", "%00", "sub/in%00", long, "sub/" + long, "sub/in/x", "%ff",
		} {
			if got, err := read(t, client, base+"/"+rest); err == nil {
				t.Errorf("%s: %.40q was served: %q", name, rest, got)
			}
		}
		if got, err := read(t, client, base+"/"+url.PathEscape("sub/in")); got != "in" || err != nil {
			t.Errorf("%s: after all that: %q, %v", name, got, err)
		}
	}
}

// TestLinksThatComeAndGo: a file and a folder are exchanged for links that lead out, again and again, while they are asked
// for. Nothing outside is ever served, and what comes is whole.
func TestLinksThatComeAndGo(t *testing.T) {
	top := t.TempDir()
	const inside, outside = "inside", "outside, and longer"
	write(t, top+"/out/f", outside)
	write(t, top+"/dir/sub/f", inside)
	write(t, top+"/dir/f", inside)
	server, client := newEnv(t, netty.Config{Bind: "127.0.0.1:0"}), newEnv(t, netty.Config{})
	base, err := server.FileServer().AddDirectory("/d", top+"/dir")
	if err != nil {
		t.Fatal(err)
	}
	stop, swapped := make(chan struct{}), sync.WaitGroup{}
	defer swapped.Wait()
	defer close(stop)
	swapped.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			swap(t, top+"/dir/sub", top+"/out")
			swap(t, top+"/dir/f", top+"/out/f")
		}
	})
	served := 0
	for i := 0; i < 1000 || served == 0; i++ {
		for _, name := range []string{"/f", "/sub/f"} {
			switch got, err := read(t, client, base+name); {
			case err == nil && got == inside:
				served++
			case err == nil:
				t.Fatalf("after %d, %s is %q", i, name, got)
			}
		}
	}
}

// swap puts a link in the place of name and takes it away again.
func swap(t *testing.T, name, target string) {
	for _, err := range []error{os.Rename(name, name+".kept"), os.Symlink(target, name), os.Remove(name), os.Rename(name+".kept", name)} {
		if err != nil {
			t.Error(err)
		}
	}
}

// changing is a disk whose files become others between the first time they are opened and the second.
type changing struct {
	api.Files
	change func(name string)

	mu     sync.Mutex
	opened map[string]int
}

func (c *changing) Open(name string) (api.File, error) {
	c.mu.Lock()
	c.opened[name]++
	if c.opened[name] == 2 {
		c.change(name)
	}
	c.mu.Unlock()
	return c.Files.Open(name)
}

// TestFilesThatChange: a file that is cut, deleted or replaced after its size was told is a failure for who reads it.
func TestFilesThatChange(t *testing.T) {
	inWorlds(t, func(p *place) {
		all := map[string]string{"cut": "a text", "longer": "a text", "deleted": "a text", "d/replaced": "a text"}
		disk, dir := p.newDisk(all)
		if disk == nil {
			disk = netty.OSFiles()
		}
		change := func(name string) {
			text := map[string]string{dir + "/cut": "a", dir + "/longer": "a text, and more", dir + "/d/replaced": "other text"}[name]
			if err := disk.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				p.Error(err)
			}
			if text == "" {
				return
			}
			f, err := disk.Create(name)
			if err != nil {
				p.Error(err)
				return
			}
			if _, err := f.Write([]byte(text)); err != nil {
				p.Error(err)
			}
			f.Close() // written
		}
		server := p.server("server", api.RpcEnvConfig{Files: &changing{Files: disk, change: change, opened: map[string]int{}}})
		client, s := p.client("client", api.RpcEnvConfig{}), server.FileServer()
		base, err := s.AddDirectory("/d", dir+"/d")
		if err != nil {
			p.Fatal(err)
		}
		for name := range all {
			uri := base + "/replaced"
			if name != "d/replaced" {
				if uri, err = s.AddFile(dir + "/" + name); err != nil {
					p.Fatal(err)
				}
			}
			if got, err := p.download(client, uri); err == nil {
				p.Errorf("%s: read %q as if it were whole", name, got)
			}
			if got, err := p.download(client, uri); name != "deleted" && err != nil {
				p.Errorf("%s, later: %q, %v", name, got, err)
			}
		}
	})
}

// TestOddFileNames: whatever a file or a directory is called, the URI that tells of it leads to it; a name that cannot stand
// in one is refused.
func TestOddFileNames(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/file", "in the directory")
	server, client := newEnv(t, netty.Config{Bind: "127.0.0.1:0"}), newEnv(t, netty.Config{})
	for _, name := range []string{
		"a b", "100%", "%41", "a%2fb", "ü", "日本", "e\u0301", "q?x=1", "h#x", "a:b", "a@b", "a+b", "a&b=c", "x;y", "[1]", `"q"`, "-", "...", "new\nline", "\x01", "\ufffd",
	} {
		write(t, dir+"/"+name, "in "+name)
		uri, err := server.FileServer().AddFile(dir + "/" + name)
		if err != nil {
			t.Errorf("add %q: %v", name, err)
			continue
		}
		if got, err := read(t, client, uri); got != "in "+name || err != nil {
			t.Errorf("%q, %s: %q, %v", name, uri, got, err)
		}
		base, err := server.FileServer().AddDirectory("/"+name, dir)
		if err != nil {
			t.Errorf("add directory %q: %v", name, err)
			continue
		}
		if got, err := read(t, client, base+"/file"); got != "in the directory" || err != nil {
			t.Errorf("directory %q, %s: %q, %v", name, base, got, err)
		}
	}
	write(t, dir+"/\xff", "")
	if uri, err := server.FileServer().AddFile(dir + "/\xff"); err == nil {
		t.Errorf("served: %s", uri)
	}
	if uri, err := server.FileServer().AddDirectory("/\xff", dir); err == nil {
		t.Errorf("served: %s", uri)
	}
}
