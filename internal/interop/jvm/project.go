// SPDX-License-Identifier: Apache-2.0

package jvm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrMissing says that the machine has no JDK or no Maven.
var ErrMissing = errors.New("a JDK of version 17 or later (java, javac) and Maven (mvn) are needed on the PATH")

const mainClass = "twinwire.interop.Main"

// Project is the built peers.
type Project struct {
	classpath string
	options   []string // those Spark's own launcher starts a JVM with
	version   string
}

// Build compiles the peers in dir, the folder of the pom.xml, and finds out how to start them. They are made of the Spark
// that is installed in home (SPARK_HOME), or else of that which the pom.xml names: Maven fetches it the first time. An
// error matches [ErrMissing] when the tools are not there.
func Build(ctx context.Context, dir, home string) (*Project, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	build, tools := withMaven, []string{"java", "javac", "mvn"}
	if home != "" {
		build, tools = func(ctx context.Context, dir string) ([]string, error) { return against(ctx, dir, home) }, tools[:2]
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, fmt.Errorf("build the JVM peers: %w: %w", ErrMissing, err)
		}
	}
	classpath, err := build(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("build the JVM peers: %w", err)
	}
	p := &Project{classpath: strings.Join(classpath, string(os.PathListSeparator))}
	return p, p.ask(ctx)
}

// withMaven returns the class path of the peers, their own classes first.
func withMaven(ctx context.Context, dir string) (classpath []string, err error) {
	target := filepath.Join(dir, "target")
	list := filepath.Join(target, "classpath")
	mvn := exec.CommandContext(ctx, "mvn", "--batch-mode", "--quiet", "--file", filepath.Join(dir, "pom.xml"),
		"compile", "dependency:build-classpath", "-Dmdep.outputFile="+list)
	if out, err := mvn.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("mvn: %w\n%s", err, out)
	}
	jars, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	return append([]string{filepath.Join(target, "classes")}, filepath.SplitList(strings.TrimSpace(string(jars)))...), nil
}

// against is withMaven for the Spark that is installed in home.
func against(ctx context.Context, dir, home string) (classpath []string, err error) {
	jars, err := filepath.Glob(filepath.Join(home, "jars", "*.jar"))
	if err != nil || len(jars) == 0 {
		return nil, fmt.Errorf("no jars of Spark in %s: %w", filepath.Join(home, "jars"), errors.Join(err, os.ErrNotExist))
	}
	main := filepath.Join(dir, "src", "main")
	sources, err := filepath.Glob(filepath.Join(main, "java", "twinwire", "interop", "*.java"))
	if err != nil {
		return nil, err
	}
	classes := filepath.Join(dir, "target", "classes-of-home")
	if err := os.RemoveAll(classes); err != nil {
		return nil, err
	}
	classpath = append([]string{classes}, jars...)
	javac := exec.CommandContext(ctx, "javac", append([]string{
		"--release", "17", "-nowarn", "-d", classes, "-cp", strings.Join(jars, string(os.PathListSeparator)),
	}, sources...)...)
	if out, err := javac.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("javac: %w\n%s", err, out)
	}
	return classpath, os.CopyFS(classes, os.DirFS(filepath.Join(main, "resources")))
}

// ask learns from Spark which options its JVMs get and which version it is.
func (p *Project) ask(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "java", "-cp", p.classpath, mainClass, "about")
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("start a JVM peer: %w", err)
	}
	version, options, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	p.version, p.options = version, strings.Fields(options)
	return nil
}

// Version is Spark's and Java's.
func (p *Project) Version() string { return p.version }

// Command returns the command that starts a peer with a heap of 2 GiB, and the options that Spark gives its own JVMs.
func (p *Project) Command(ctx context.Context, args ...string) *exec.Cmd {
	all := append([]string{}, p.options...)
	all = append(all, "-Xms2g", "-Xmx2g", "-cp", p.classpath, mainClass)
	return exec.CommandContext(ctx, "java", append(all, args...)...)
}

// Application returns the command that starts a Spark application of main's, which may start processes of its own; the
// last argument of the application is the folder of its classes. home becomes the folder that Spark is installed in, with
// links to its jars and what its processes say.
func (p *Project) Application(ctx context.Context, home string, args ...string) (*exec.Cmd, error) {
	jars := filepath.Join(home, "jars")
	if err := os.MkdirAll(jars, 0o755); err != nil {
		return nil, err
	}
	classes, rest, _ := strings.Cut(p.classpath, string(os.PathListSeparator))
	for _, jar := range filepath.SplitList(rest) {
		if err := os.Symlink(jar, filepath.Join(jars, filepath.Base(jar))); err != nil {
			return nil, err
		}
	}
	all := append([]string{}, p.options...)
	all = append(all, "-Xmx1g", "-cp", p.classpath, mainClass)
	cmd := exec.CommandContext(ctx, "java", append(append(all, args...), classes)...)
	cmd.Env = append(cmd.Environ(), "SPARK_HOME="+home, "SPARK_LOCAL_IP=127.0.0.1", "SPARK_SCALA_VERSION=2.13")
	return cmd, nil
}
