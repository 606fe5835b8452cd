// SPDX-License-Identifier: Apache-2.0

// Package fault is the vocabulary of faults: the kinds, the profiles that say how often each strikes, and the proxy
// that applies one to the connections of any Network. The simulated network draws from the same profiles.
package fault
