// SPDX-License-Identifier: Apache-2.0

// Package meter counts what a process spends and how long calls take. It reads /proc, so it needs Linux.
package meter
