// SPDX-License-Identifier: Apache-2.0

// Package codec turns what RpcEnvs say to each other into the content of an RPC body and back: values with their type
// names, failures as chains of errors, and references bound to the env that decodes them. PROTOCOL.md has the bytes.
package codec
