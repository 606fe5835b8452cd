// SPDX-License-Identifier: Apache-2.0

package conformance

import "github.com/twinwire/twinwire/internal/fault"

// Profile says how the network between the hosts of a world fails: what a [Harness] gets for each world. A harness that
// brings a network of its own applies it; memnet.Config takes it as it is, and [OverNetwork] puts it between.
type Profile = fault.Profile

// FaultCounts says how often each kind of fault fired in a world.
type FaultCounts = fault.Counts
