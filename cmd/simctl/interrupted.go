// SPDX-License-Identifier: Apache-2.0

package main

import "errors"

// errInterrupted says that someone asked the program to stop.
var errInterrupted = errors.New("interrupted")
