// SPDX-License-Identifier: Apache-2.0

// Package zoo is twelve classic bugs of distributed programs, each beside a twin that is right.
//
// The components are written as a user of package api would write them, knowing nothing of the simulator; the scenarios
// beside them put them on hosts and say what must hold. A search for failures is worth what it finds here: each bug
// must be found, shrunk and repeated, and each twin must pass whatever strikes it.
package zoo
