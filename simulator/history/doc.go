// SPDX-License-Identifier: Apache-2.0

// Package history checks that what clients saw of a service could have come of one copy that did one thing at a time:
// that it is linearizable.
//
// Each client records its calls in a [History], and a check of the scenario holds them against a [Model]. A call whose
// outcome is not known, such as one that timed out, may have taken effect at any moment after it was made, or never:
// [Call.Lost] says so. Keys that do not touch each other are checked apart. The search itself is Porcupine's.
package history
