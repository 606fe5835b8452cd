// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"io"
	"net/url"
	"strings"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func rpcFiles() []Property {
	const family = "rpc files"
	return []Property{
		law(Property{Family: family, Name: "a file arrives whole, whoever else reads", Clause: "R36", Needs: Rpc}, drawFiles, filesArrive),
		law(Property{Family: family, Name: "nothing is served but what was added", Clause: "R30", Needs: Rpc}, drawFiles, nothingElse),
		law(Property{Family: family, Name: "a file that breaks off is an error after its beginning", Clause: "R36", Needs: Rpc | Plugged}, drawFiles, filesBreakOff),
	}
}

type filesPlan struct {
	conditions
	Route   route
	Sizes   []int
	Readers int
	Piece   int   // how much a reader takes at once
	Cuts    []int // of the connections over which files come
	Paths   []string
}

func drawFiles(t *rapid.T) filesPlan {
	size := rapid.OneOf(rapid.IntRange(0, 3_000), rapid.SampledFrom([]int{0, 1, 70_000, 300_000}))
	return filesPlan{
		conditions: drawFair(t), Route: drawRoute(t),
		Sizes:   rapid.SliceOfN(size, 1, len(shelvedNames)).Draw(t, "sizes"),
		Readers: rapid.IntRange(1, 4).Draw(t, "readers"),
		Piece:   rapid.SampledFrom([]int{1 << 20, 1_000}).Draw(t, "piece"),
		Cuts:    rapid.SliceOfN(rapid.IntRange(1, 100_000), 1, 3).Draw(t, "cuts"),
		Paths:   rapid.SliceOfN(rapid.SampledFrom(wayOut), 1, 5).Draw(t, "paths"),
	}
}

// shelvedNames are those of the files below a directory that is served.
var shelvedNames = []string{"a", "with a space", "ünïcode.txt", "sub/b", "sub/sub/c", "100%25", "plus+and&more"}

// wayOut are paths that lead to no file that was added.
var wayOut = []string{
	"/dir/../secret", "/dir/%2e%2e/secret", "/dir/sub/../../secret", "/dir//served/secret", "/dir/%2fserved%2fsecret", "/dir/link",
	"/dir/linked/secret", "/dir/..%5csecret", "/dir/", "/dir", "/dir/none", "/dir/sub", "/files/secret", "/files/../secret",
	"/files/%2e%2e%2fsecret", "/jars/secret", "/served/secret", "/other/a", "/",
}

const secret = "conformance: a secret"

// filePair is a pair whose server serves files, and their URIs by name.
func (t *trial) filePair(p filesPlan, cfg api.RpcEnvConfig) (pair *rpcPair, disk *shelf, uris map[string]string) {
	disk = &shelf{t: t, files: map[string]string{"/served/secret": secret}, links: map[string]string{
		"/served/dir/link": "/served/secret", "/served/dir/linked": "/served",
	}}
	for i, size := range p.Sizes {
		disk.files["/served/dir/"+shelvedNames[i]] = string(content(shelvedNames[i], size))
	}
	pair = t.rpcServer(api.RpcEnvConfig{Files: disk}, t.desk().endpoint())
	pair.client, pair.clientEnv = pair.server, pair.serverEnv
	if p.Route != viaLocal {
		pair.client = t.world.Host("client")
		pair.clientEnv = t.env(pair.client, cfg)
	}
	uris = map[string]string{}
	t.on(pair.server, "add files", func() {
		f := pair.serverEnv.FileServer()
		base, err := f.AddDirectory("/dir", "/served/dir")
		t.must(err, "add a directory")
		for i := range p.Sizes {
			var segments []string
			for s := range strings.SplitSeq(shelvedNames[i], "/") {
				segments = append(segments, url.PathEscape(s))
			}
			uris[shelvedNames[i]] = base + "/" + strings.Join(segments, "/")
		}
		uris["file"], err = f.AddFile("/served/dir/" + shelvedNames[0])
		t.must(err, "add a file")
		if uris["jar"], err = f.AddJar("/served/dir/" + shelvedNames[0]); uris["jar"] == uris["file"] {
			t.errorf("a file and a jar have the same URI %s", uris["jar"])
		}
		t.must(err, "add a jar")
	})
	return pair, disk, uris
}

// download reads a file by the calling task of the client, in pieces.
func (p *rpcPair) download(t *trial, uri string, piece int) (string, error) {
	ch, err := p.clientEnv.OpenChannel(t.ctx, uri)
	if err != nil {
		return "", err
	}
	defer ch.Close() // it was read
	var b strings.Builder
	buf := make([]byte, piece)
	for {
		n, err := ch.Read(buf)
		b.Write(buf[:n])
		switch {
		case errors.Is(err, io.EOF):
			return b.String(), nil
		case err != nil:
			return b.String(), err
		}
	}
}

// names returns the files there are.
func (p filesPlan) names() []string { return shelvedNames[:len(p.Sizes)] }

func filesArrive(t *trial, p filesPlan) {
	pair, disk, uris := t.filePair(p, api.RpcEnvConfig{})
	for i := range p.Readers {
		t.goOn(pair.client, "read", func() {
			for j := range p.Sizes {
				name := p.names()[(i+j)%len(p.Sizes)]
				got, err := pair.download(t, uris[name], p.Piece)
				if want := disk.files["/served/dir/"+name]; err != nil || got != want {
					t.errorf("%q with %d bytes came as %d bytes, or others: %v", name, len(want), len(got), err)
				}
			}
		})
	}
	t.join()
}

func nothingElse(t *trial, p filesPlan) {
	pair, disk, uris := t.filePair(p, api.RpcEnvConfig{})
	t.on(pair.client, "look for a way out", func() {
		for _, path := range p.Paths {
			got, err := pair.download(t, pair.address.Address.SparkURL()+path, p.Piece)
			if err == nil || got != "" {
				t.errorf("%s was served: %q, %v", path, got, err)
			}
		}
		f := pair.serverEnv.FileServer()
		f.RemoveJar(shelvedNames[0])
		if got, err := pair.download(t, uris["jar"], p.Piece); err == nil {
			t.errorf("a jar that was removed is served: %d bytes", len(got))
		}
		_, err := pair.download(t, uris["file"], p.Piece)
		t.must(err, "read a file of the name of a jar that was removed")
		f.RemoveFile(shelvedNames[0])
		if got, err := pair.download(t, uris["file"], p.Piece); err == nil {
			t.errorf("a file that was removed is served: %d bytes", len(got))
		}
	})
	t.finish()
	for _, name := range disk.opened {
		if !strings.HasPrefix(name, "/served/dir/") {
			t.errorf("%s was opened", name)
		}
	}
}

func filesBreakOff(t *trial, p filesPlan) {
	n := t.tamper(t.world.Host("client"), tampering{CutRead: p.Cuts})
	p.Route %= viaLocal
	pair, disk, uris := t.filePair(p, api.RpcEnvConfig{Network: n})
	t.on(pair.client, "read", func() {
		for _, name := range p.names() {
			want := disk.files["/served/dir/"+name]
			for attempt := 0; ; attempt++ {
				got, err := pair.download(t, uris[name], p.Piece)
				if err == nil && got == want {
					break
				}
				if err == nil || !strings.HasPrefix(want, got) || !errors.Is(err, api.ErrConnectionClosed) {
					t.fatalf("%q with %d bytes came as %d bytes, or others, and then: %v", name, len(want), len(got), err)
				}
				if attempt > 2*len(p.Cuts) { // one may be on a connection that is about to end
					t.fatalf("%q cannot be read after %d cuts: %v", name, n.cuts(), err)
				}
			}
		}
	})
}
