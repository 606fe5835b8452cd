// SPDX-License-Identifier: Apache-2.0

// Package interop tests this project's transport and block transfer against Spark's own, which run in a JVM: our servers
// are called by Spark's clients and Spark's servers by our clients, over TCP. It is a module of its own, for it needs what
// the main module must not: a JDK, Maven, and Spark. The JVM's side is in jvm/; sparkbench/ compares the speed of the
// two, and sparkjob/ runs a Spark application over our external shuffle service.
package interop
