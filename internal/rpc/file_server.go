// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// fileServer serves files as streams, as Spark's NettyStreamManager.
type fileServer struct {
	env *Env

	mu   api.Mutex
	flat map[string]map[string]string // "files" and "jars": name to path
	dirs map[string]string            // first segment of the URI to directory
}

var (
	_ api.RpcEnvFileServer    = (*fileServer)(nil)
	_ transport.StreamManager = (*fileServer)(nil)
)

func newFileServer(e *Env) *fileServer {
	return &fileServer{
		env: e, mu: e.rt.NewMutex(), dirs: map[string]string{},
		flat: map[string]map[string]string{"files": {}, "jars": {}},
	}
}

// AddFile implements api.RpcEnvFileServer.
func (s *fileServer) AddFile(p string) (string, error) { return s.add("files", p) }

// AddJar implements api.RpcEnvFileServer.
func (s *fileServer) AddJar(p string) (string, error) { return s.add("jars", p) }

func (s *fileServer) add(kind, p string) (string, error) {
	p = path.Clean(p)
	name := path.Base(p)
	if s.env.address.IsZero() {
		return "", fmt.Errorf("add %s: %w", p, errListensNowhere)
	}
	if !utf8.ValidString(name) {
		return "", fmt.Errorf("add %q: the name is not UTF-8, so nobody can ask for it", p)
	}
	if info, err := s.env.cfg.Files.Stat(p); err != nil {
		return "", fmt.Errorf("add %s: %w", p, err)
	} else if !info.Mode().IsRegular() {
		return "", fmt.Errorf("add %s: not a regular file", p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.flat[kind][name]; ok && old != p {
		return "", fmt.Errorf("File %s was already registered with a different path (old path = %s, new path = %s)", name, old, p) //nolint:staticcheck // Spark's own text
	}
	s.flat[kind][name] = p
	return s.env.address.SparkURL() + "/" + kind + "/" + url.PathEscape(name), nil
}

// errListensNowhere is why an env in client mode serves no files.
var errListensNowhere = errors.New("the env listens nowhere, so nobody can ask for it (RpcEnvConfig.Bind)")

// AddDirectory implements api.RpcEnvFileServer.
func (s *fileServer) AddDirectory(baseURI, dir string) (string, error) {
	base := strings.Trim(path.Clean("/"+baseURI), "/")
	switch {
	case s.env.address.IsZero():
		return "", fmt.Errorf("add %s: %w", dir, errListensNowhere)
	case !utf8.ValidString(base):
		return "", fmt.Errorf("directory URI %q is not UTF-8, so nobody can ask for it", baseURI)
	case base == "files" || base == "jars":
		return "", errors.New("Directory URI cannot be /files nor /jars.") //nolint:staticcheck,revive // Spark's own text
	case base == "" || strings.Contains(base, "/"):
		return "", fmt.Errorf("directory URI %q: want one segment, such as /classes", baseURI)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.dirs[base]; ok {
		return "", fmt.Errorf("URI '/%s' already registered.", base) //nolint:staticcheck,revive // Spark's own text
	}
	s.dirs[base] = path.Clean(dir)
	return s.env.address.SparkURL() + "/" + url.PathEscape(base), nil
}

// RemoveFile implements api.RpcEnvFileServer.
func (s *fileServer) RemoveFile(name string) { s.remove("files", name) }

// RemoveJar implements api.RpcEnvFileServer.
func (s *fileServer) RemoveJar(name string) { s.remove("jars", name) }

func (s *fileServer) remove(kind, name string) {
	s.mu.Lock()
	delete(s.flat[kind], name)
	s.mu.Unlock()
}

// GetChunk implements transport.StreamManager: files are streams, not chunks.
func (s *fileServer) GetChunk(int64, int32) (api.ManagedBuffer, error) {
	return nil, &transport.JavaError{Class: "java.lang.UnsupportedOperationException"}
}

// ConnectionTerminated implements transport.StreamManager.
func (s *fileServer) ConnectionTerminated(*transport.Client) {}

// OpenStream implements transport.StreamManager. The id is the decoded path of the URI.
func (s *fileServer) OpenStream(id string) (api.ManagedBuffer, error) {
	kind, rest, ok := strings.Cut(strings.TrimPrefix(id, "/"), "/")
	if !ok {
		return nil, transport.IllegalArgument("requirement failed: Invalid stream URI: %s has no file.", id)
	}
	s.mu.Lock()
	p, found := s.flat[kind][rest]
	dir, isDir := s.dirs[kind]
	_, flat := s.flat[kind]
	s.mu.Unlock()
	switch {
	case !flat && !isDir:
		return nil, transport.IllegalArgument("requirement failed: Invalid stream URI: %s not found.", kind)
	case isDir && (!fs.ValidPath(rest) || strings.Contains(rest, `\`)):
		return nil, transport.IllegalArgument("requirement failed: Invalid stream URI: %s leaves its directory.", rest)
	case !isDir && !found:
		return nil, nil
	}
	f := &servedFile{Files: s.env.cfg.Files, dir: dir, name: cmp.Or(p, rest)}
	return f.segment()
}
