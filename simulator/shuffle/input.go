// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/twinwire/twinwire/api"
)

// Input is a file or folder to count the words of.
type Input struct {
	Path  string // where it stands in the hosts' Files, with forward slashes
	Shown string // what errors call it; empty: Path
}

// inputFile is a line of the file table.
type inputFile struct {
	Name string // in the hosts' Files
	Size int64  // bytes
}

// binaryProbe is how much of a file is searched for a NUL byte, which text does not have.
const binaryProbe = 8000

// errNotReadable says that an input is a device, a pipe or the like.
var errNotReadable = errors.New("neither a file nor a folder")

// inputWalk collects the files to read.
type inputWalk struct {
	files   api.Files
	inputs  []Input
	table   []inputFile
	skipped int // files that are not text
}

// walkInput lists the files of the inputs, in the order of the inputs and sorted within each. A file that is named is
// always read. Of a folder, entries whose name begins with a dot, symbolic links and what is neither file nor folder are
// left out, and files with a NUL byte near their start are skipped and counted.
func walkInput(files api.Files, inputs []Input) (*inputWalk, error) {
	w := &inputWalk{files: files, inputs: inputs}
	for _, in := range inputs {
		info, err := files.Stat(in.Path)
		switch {
		case err != nil:
		case info.IsDir():
			err = w.folder(in.Path)
		case info.Mode().IsRegular():
			err = w.named(in.Path)
		default:
			err = errNotReadable
		}
		if err != nil {
			return nil, w.failed(in.Path, err)
		}
	}
	return w, nil
}

func (w *inputWalk) folder(name string) error {
	entries, err := w.files.ReadDir(name)
	if err != nil {
		return w.failed(name, err)
	}
	for _, e := range entries {
		below := path.Join(name, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			err = w.folder(below)
		case e.Type().IsRegular():
			err = w.found(below)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// failed names the file an error is about, unless it is named already.
func (w *inputWalk) failed(name string, err error) error {
	if _, named := errors.AsType[*InputError](err); named {
		return err
	}
	return inputError(name, w.inputs, err)
}

// named adds a file that is always read.
func (w *inputWalk) named(name string) error {
	_, size, err := w.probe(name)
	if err != nil {
		return err
	}
	w.table = append(w.table, inputFile{Name: name, Size: size})
	return nil
}

// found adds a file of a folder if it is text.
func (w *inputWalk) found(name string) error {
	text, size, err := w.probe(name)
	switch {
	case err != nil:
		return w.failed(name, err)
	case text:
		w.table = append(w.table, inputFile{Name: name, Size: size})
	default:
		w.skipped++
	}
	return nil
}

// probe reads the start of a file: every file is opened, so that one that cannot be read is known at once.
func (w *inputWalk) probe(name string) (text bool, size int64, err error) {
	f, err := w.files.Open(name)
	if err != nil {
		return false, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, 0, err
	}
	b := make([]byte, min(binaryProbe, info.Size()))
	n, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, 0, err
	}
	return bytes.IndexByte(b[:n], 0) < 0, info.Size(), nil
}

// bytes is the size of all files.
func (w *inputWalk) bytes() int64 {
	var n int64
	for _, f := range w.table {
		n += f.Size
	}
	return n
}

// InputError says that a part of the input cannot be read.
type InputError struct {
	Name  string // of the file or folder, as the user knows it
	Cause error
}

// Error returns "read name: cause".
func (e *InputError) Error() string { return "read " + e.Name + ": " + e.Cause.Error() }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Cause }

// inputError makes an InputError without naming the file twice.
func inputError(name string, inputs []Input, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	return &InputError{Name: shownName(name, inputs), Cause: err}
}

// shownName is what the user calls a file of the inputs.
func shownName(name string, inputs []Input) string {
	for _, in := range inputs {
		rest, below := strings.CutPrefix(name, in.Path)
		switch {
		case !below || in.Shown == "":
		case rest == "":
			return in.Shown
		case rest[0] == '/':
			return path.Join(in.Shown, rest)
		}
	}
	return name
}
