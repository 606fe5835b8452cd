// SPDX-License-Identifier: Apache-2.0

package transport

import "github.com/twinwire/twinwire/internal/wire"

const (
	destinationFailed    = "Destination failed while reading stream"
	postProcessingFailed = "Failure post-processing complete stream; failing this rpc and leaving channel active"
)

// serveUpload takes in an uploaded stream. An error closes the connection; a refusal does so after the peer was told.
func (c *Client) serveUpload(m wire.UploadStream) error {
	consumer, err := c.consumer(m.Meta)
	if err != nil {
		c.sendRpcFailure(m.RequestID, err, true)
		return &refusal{err}
	}
	if err := c.receiveUpload(consumer, m.BodyByteCount); err != nil {
		taken, ok := err.(*consumerError) //nolint:errorlint // made by receiveUpload, never wrapped
		if !ok {
			onFailure(consumer, err)
			return err
		}
		onFailure(consumer, taken.cause)
		c.sendRpcFailure(m.RequestID, &JavaError{Class: "java.io.IOException", Message: destinationFailed, Cause: taken.cause}, true)
		return &refusal{taken.cause}
	}
	reply, err := onComplete(consumer)
	if err != nil {
		onFailure(consumer, err)
		c.sendRpcFailure(m.RequestID, &JavaError{Class: "java.io.IOException", Message: postProcessingFailed, Cause: err}, true)
		return nil
	}
	c.sendRpcResponse(m.RequestID, reply, true)
	return nil
}

// receiveUpload hands n bytes to the consumer. What that says is a *consumerError.
func (c *Client) receiveUpload(consumer StreamConsumer, n int64) error {
	if sized, ok := consumer.(SizedConsumer); ok {
		if err := onSize(sized, n); err != nil {
			return &consumerError{err}
		}
	}
	return c.in.raw(n, func(p []byte) error { return onData(consumer, p) })
}

// consumer asks the application who takes an upload. A missing one is refused in Spark's words.
func (c *Client) consumer(meta []byte) (s StreamConsumer, err error) {
	defer recovered(&err)
	s, err = c.handler.ReceiveStream(c, meta)
	if err == nil && s == nil {
		err = &JavaError{Class: "java.lang.NullPointerException", Message: "rpcHandler returned a null streamHandler"}
	}
	return s, err
}

func onSize(s SizedConsumer, n int64) (err error) {
	defer recovered(&err)
	return s.OnSize(n)
}

func onData(s StreamConsumer, p []byte) (err error) {
	defer recovered(&err)
	return s.OnData(p)
}

// onFailure tells the consumer; it has failed already, so its panic tells nothing new.
func onFailure(s StreamConsumer, cause error) {
	defer func() { _ = recover() }()
	s.OnFailure(cause)
}

func onComplete(s StreamConsumer) (reply []byte, err error) {
	defer recovered(&err)
	return s.OnComplete()
}
