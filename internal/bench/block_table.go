// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

// blockTables are the tables of the verb block.
func blockTables() []table {
	head := []string{
		"outstanding", "peer", "GB/s (min-max)", "x grpc-go", "CPU s/GB", "writes/block client", "server", "allocs/block",
		"client MiB", "of it grown", "server MiB", "others' CPU",
	}
	return []table{
		{"2 GiB in blocks of 64 KiB, one connection", []string{"64KiB"}, head, blockFields},
		{"2 GiB in blocks of 256 KiB", []string{"256KiB"}, head, blockFields},
		{"2 GiB in blocks of 1 MiB", []string{"1MiB"}, head, blockFields},
		{"256 MiB in blocks of 1 MiB", []string{"1MiB/256MiB"}, head, blockFields},
		{"2 GiB in blocks of 1 MiB, written to a file", []string{"file"}, head, blockFields},
		{fmt.Sprintf("%d blocks of 1 KiB, and as many bytes in blocks of 64 KiB", manySmall), []string{"100k", "same"}, head, blockFields},
		{"one block of 20 GiB, a hole; dropped, and written to a file on disk", []string{"20GiB", "20GiB-file"}, head, blockFields},
	}
}

func blockFields(r results, k key) []string {
	return append(r.rate(k),
		r.text(k, "%.3f", func(s sample) float64 { return s.CPU }),
		r.text(k, "%.3f", func(s sample) float64 { return s.ClientWrites }),
		r.text(k, "%.3f", func(s sample) float64 { return s.ServerWrites }),
		r.text(k, "%.1f", func(s sample) float64 { return s.Allocs }),
		r.text(k, "%.1f", func(s sample) float64 { return s.ClientMB }),
		r.text(k, "%.1f", func(s sample) float64 { return s.GrownMB }),
		r.text(k, "%.1f", func(s sample) float64 { return s.PeakMB }),
		r.text(k, "%.0f %%", func(s sample) float64 { return 100 * s.Foreign }),
	)
}
