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

// readRegistrations reads a registry's file; there may be none yet.
func readRegistrations(at Place) ([]registration, error) {
	b, err := readWhole(at, maxRegistryBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []registration
	for line := range bytes.Lines(b) {
		text, whole := bytes.CutSuffix(line, []byte("\n"))
		if !whole {
			break // the process died while it wrote it, and nobody was told that it was kept
		}
		var r registration
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, fmt.Errorf("read %s: line %d: %w: %w", at.Path, len(list)+1, err, ErrTorn)
		}
		list = append(list, r)
	}
	return list, nil
}
