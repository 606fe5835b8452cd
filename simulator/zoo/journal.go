// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/twinwire/twinwire/api"
)

type (
	journalAdd  struct{ Entry string }
	journalList struct{}
)

// newJournal keeps entries on a disk, a file each, written by keep.
func newJournal(files api.Files, keep func(f api.File, entry string) error) (api.RpcEndpoint, error) {
	entries, count, err := readJournal(files)
	if err != nil {
		return nil, err
	}
	return api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m journalAdd) (bool, error) {
			count++
			f, err := files.Create(fmt.Sprint(count))
			if err != nil {
				return false, err
			}
			if err := errors.Join(keep(f, m.Entry), f.Close()); err != nil {
				return false, err
			}
			entries = append(entries, m.Entry)
			return true, nil
		}),
		api.OnAsk(func(api.RpcCallContext, journalList) ([]string, error) { return entries, nil }),
	), nil
}

// write leaves the bytes to the system, which keeps them in memory for a while.
func write(f api.File, entry string) error {
	_, err := f.Write([]byte(entry + "."))
	return err
}

// writeAndSync waits until they are on the disk.
func writeAndSync(f api.File, entry string) error { return errors.Join(write(f, entry), f.Sync()) }

// readJournal reads what was written before. Entries without their end were torn, and were not acknowledged.
func readJournal(files api.Files) (entries []string, count int, err error) {
	for ; ; count++ {
		f, err := files.Open(fmt.Sprint(count + 1))
		if errors.Is(err, fs.ErrNotExist) {
			return entries, count, nil
		}
		if err != nil {
			return nil, 0, err
		}
		info, err := f.Stat()
		if err != nil {
			return nil, 0, err
		}
		text := make([]byte, info.Size())
		n, _ := f.ReadAt(text, 0) // what cannot be read is torn
		if n > 0 && n == len(text) && text[n-1] == '.' {
			entries = append(entries, string(text[:n-1]))
		}
		if err := f.Close(); err != nil {
			return nil, 0, err
		}
	}
}
