// SPDX-License-Identifier: Apache-2.0

package transport

// Cipher encrypts what a connection sends and decrypts what it receives. A handshake installs one with
// [Client.InstallCipher]. Seal is called by the writing task, Open by the reading task.
type Cipher interface {
	// Seal appends the ciphertext of plain, one message or a part of one, to dst.
	Seal(dst, plain []byte) []byte
	// Open appends the plaintext of what can be decrypted so far to dst; it keeps the rest. An error closes the
	// connection.
	Open(dst, sealed []byte) ([]byte, error)
}
