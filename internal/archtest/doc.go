// SPDX-License-Identifier: Apache-2.0

// Package archtest holds the architecture of the project as a test, so that
// nobody has to remember it: imports point down, nothing under the seam reaches
// past it, and files and functions stay within their budget.
//
// Each rule is a subtest of TestTree. What it reports names the place, what is
// forbidden there, and what to use instead. TestRulesBite plants violations in
// small sources and sees every rule find them.
//
// Where the tree needs an exception, it stands in a list in this package with
// its reason; an exception that is no longer needed fails too.
package archtest
