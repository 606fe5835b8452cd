// SPDX-License-Identifier: Apache-2.0

// Package blockwire is the byte format of block transfer: the twenty messages
// that travel as the body of an RpcRequest, an RpcResponse or a OneWayMessage,
// or as the meta data of an UploadStream. PROTOCOL.md has the byte tables.
//
// One message, one file. Each type has Append, which writes its type byte and
// its fields, and a ParseX, which reads them; ParseMessage reads any of them.
// Parsers never copy []byte fields, which alias the input; bytes behind the
// last field are ignored, as Spark ignores them. The rules about errors and
// counts are those of package wire: a mistake is a mistake of this one message,
// and the connection lives.
//
// What Spark only asserts (that two arrays have the same length, say) a parser
// accepts; where it matters, the message has a method that checks it.
//
// Nothing here does I/O, and different values share nothing.
package blockwire
