// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machinePaths are parts of names that mean something on one machine only. They
// are put together here so that this file does not hold them itself.
func machinePaths() []string {
	return []string{"/" + "work" + "/", "." + "library", "/" + "tmp/brief"}
}

// TestNoMachinePaths reads every file of the project, whatever its kind.
func TestNoMachinePaths(t *testing.T) {
	for _, name := range projectFiles(t) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted, and git does not know yet
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range machineSpecific(name, text) {
			t.Error(f)
		}
	}
}

func TestNoMachinePathsBites(t *testing.T) {
	text := "see above\nread " + "/" + "work" + "/notes.md first\nworks/fine\n"
	found := machineSpecific("README.md", []byte(text))
	if len(found) != 1 || found[0].line != 2 {
		t.Errorf("found %v, want line 2", found)
	}
	if found := machineSpecific("blob", []byte(text+"\x00")); len(found) != 0 {
		t.Errorf("found %v in a binary file", found)
	}
}

func machineSpecific(name string, text []byte) []finding {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil
	}
	var found []finding
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		for _, p := range machinePaths() {
			if strings.Contains(line, p) {
				found = append(found, finding{path: name, line: n, what: "names " + p + ", a path of one machine", instead: "a path inside the project, or none"})
			}
		}
	}
	return found
}

// projectFiles lists what git tracks or would add; without git, every file.
func projectFiles(t *testing.T) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	if out, err := cmd.Output(); err == nil && len(out) > 0 {
		return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	}
	var names []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case d.Type().IsRegular():
			names = append(names, fromRoot(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
