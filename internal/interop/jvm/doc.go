// SPDX-License-Identifier: Apache-2.0

// Package jvm builds and starts peers made of Spark's own classes. Their sources and the pom.xml that names Spark's
// version stand beside this file; Maven fetches the rest. They can be made of an installed Spark too, of 4.0 or later.
package jvm
