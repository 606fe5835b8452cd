// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// registration is one line of a registry's file: a JSON object with the members of both halves.
type registration struct {
	ExecutorID
	ExecutorInfo

	size int64 // of its line
}

// maxRegistryBytes is the size of the largest registry file that is read.
const maxRegistryBytes = 1 << 30

func (r registration) appendLine(dst []byte) ([]byte, error) {
	line, err := json.Marshal(r)
	if err != nil {
		return dst, fmt.Errorf("executor %s of %s: %w", r.ExecID, r.AppID, err)
	}
	return append(append(dst, line...), '\n'), nil
}

// readRegistrations reads a registry's file; there may be none yet. It tells of each line that is none, and keeps the file
// as it was beside, for the next to be written has the others only.
func readRegistrations(at Place) (list []registration, torn []error, err error) {
	b, err := readWhole(at, maxRegistryBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	number := 0
	for line := range bytes.Lines(b) {
		number++
		r, err := parseRegistration(line)
		if err != nil {
			torn = append(torn, fmt.Errorf("read %s: line %d: %w", at.Path, number, err))
			continue
		}
		list = append(list, r)
	}
	if torn != nil {
		if err := keepAside(at, b); err != nil { // a full disk tears files, and keeps nobody from being served
			torn = append(torn, err)
		}
	}
	return list, torn, nil
}

func parseRegistration(line []byte) (r registration, err error) {
	text, whole := bytes.CutSuffix(line, []byte("\n"))
	if !whole { // the process died while it wrote it, and nobody was told that it was kept; or the file has lost its end
		return r, fmt.Errorf("cut short: %w", ErrTorn)
	}
	if err = json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%w: %w", err, ErrTorn)
	}
	r.size = int64(len(line))
	return r, r.check()
}

// keepAside writes what a registry's file was to a file beside it.
func keepAside(at Place, b []byte) error {
	name := at.Name + ".torn"
	f, err := at.Files.Create(name)
	if err == nil {
		if _, err = f.Write(b); err != nil {
			err = errors.Join(err, at.Files.Remove(name))
		}
		f.Close() // it is read by people, if at all
	}
	if err != nil {
		return fmt.Errorf("write %s.torn: %w", at.Path, err)
	}
	return nil
}
