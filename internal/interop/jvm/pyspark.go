// SPDX-License-Identifier: Apache-2.0

package jvm

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
)

// PySpark returns the folder of a Spark of that version as PyPI has it, for [Build]: its jars. The first time pip fetches
// some 450 MB, which are kept in the user's cache.
func PySpark(ctx context.Context, version string) (home string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	cache = filepath.Join(cache, "twinwire")
	home = filepath.Join(cache, "pyspark-"+version)
	if _, err := os.Stat(home); err == nil {
		return home, nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("fetch pyspark %s: %w", version, err)
		}
	}()
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(cache, "fetching-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	pip := exec.CommandContext(ctx, "python3", "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:", "--dest", dir, "pyspark=="+version)
	if out, err := pip.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	jars := filepath.Join(dir, "home", "jars")
	if err := os.MkdirAll(jars, 0o755); err != nil {
		return "", err
	}
	if err := unpackJars(filepath.Join(dir, "pyspark-"+version+".tar.gz"), jars); err != nil {
		return "", err
	}
	return home, os.Rename(filepath.Dir(jars), home)
}

// unpackJars takes the jars of Spark out of a source distribution.
func unpackJars(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was read
	zip, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for r := tar.NewReader(zip); ; {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if ok, _ := path.Match("pyspark-*/deps/jars/*.jar", h.Name); !ok { //nolint:errcheck // the pattern is well formed
			continue
		}
		if err := save(filepath.Join(to, path.Base(h.Name)), r); err != nil {
			return err
		}
	}
}

func save(name string, from io.Reader) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
