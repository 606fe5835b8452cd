// SPDX-License-Identifier: Apache-2.0

// Package echopb is the protobuf message and the services of the peers that speak protobuf. The .pb.go files were made
// from the .proto files beside them by protoc-gen-go, protoc-gen-go-grpc, protoc-gen-go-drpc and protoc-gen-go-ttrpc
// (prefix=TTRPC), each of the version in go.mod.
package echopb
