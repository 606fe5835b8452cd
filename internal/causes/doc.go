// SPDX-License-Identifier: Apache-2.0

// Package causes walks what an error wraps as package errors does, but comes to an end with every error that a program
// may make: one that wraps itself, one that wraps the same twice at each of many levels, one whose methods panic. What a
// handler fails with is looked at by tasks that others wait for.
package causes
