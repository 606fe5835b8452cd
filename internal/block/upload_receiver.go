// SPDX-License-Identifier: Apache-2.0

package block

import (
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/buffer"
	"github.com/twinwire/twinwire/internal/transport"
)

// put stores a block, in Spark's words if that fails.
func (s *rpcServer) put(id string, data api.ManagedBuffer, metadata []byte) error {
	data.Retain()
	data = watch(s.cfg.Audit, "uploaded ", id, data)
	defer data.Release()
	if err := s.blocks.PutBlockData(id, data, metadata); err != nil {
		return &transport.JavaError{Class: "org.apache.spark.SparkException", Message: "Upload block for " + id + " failed: " + err.Error(), Cause: err}
	}
	return nil
}

func (s *rpcServer) receiveUpload(id string, metadata []byte) (transport.StreamConsumer, error) {
	receiver, ok := s.blocks.(api.BlockStreamReceiver)
	if !ok {
		return &uploadReceiver{server: s, id: id, metadata: metadata}, nil
	}
	sink, err := receiver.PutBlockDataAsStream(id, metadata)
	if err != nil || sink == nil {
		return nil, err
	}
	return sinkConsumer{sink}, nil
}

// sinkConsumer hands a stream to a sink of the block manager.
type sinkConsumer struct{ sink api.BlockSink }

// OnData implements transport.StreamConsumer.
func (c sinkConsumer) OnData(p []byte) error {
	_, err := c.sink.Write(p)
	return err
}

// OnComplete implements transport.StreamConsumer.
func (c sinkConsumer) OnComplete() ([]byte, error) { return nil, c.sink.Commit() }

// OnFailure implements transport.StreamConsumer.
func (c sinkConsumer) OnFailure(cause error) { c.sink.Abort(cause) }

// uploadRoom bounds what the uploads of all connections hold in memory, and makes the files for those that are larger.
type uploadRoom struct {
	each  int64          // bytes of one upload in memory
	all   int64          // bytes of all together
	files *api.TempFiles // nil: there are none
	held  atomic.Int64   // bytes in memory
}

// newUploadRoom makes the directory, if there is to be one, and clears away what an earlier service left there.
func newUploadRoom(rt api.Runtime, cfg api.BlockTransferConfig) (*uploadRoom, error) {
	r := &uploadRoom{each: int64(cfg.MaxFrameSize), all: cfg.UploadMemory}
	if cfg.UploadDir == "" {
		return r, nil
	}
	if err := cfg.Files.MkdirAll(cfg.UploadDir); err != nil {
		return nil, err
	}
	r.each, r.files = cfg.MaxBlockInMemory, api.NewTempFiles(rt, cfg.Files, cfg.UploadDir)
	return r, r.files.Sweep()
}

// close deletes the files that are left.
func (r *uploadRoom) close() error {
	if r.files == nil {
		return nil
	}
	return r.files.Close()
}

// take reports whether n more bytes may be held in memory.
func (r *uploadRoom) take(n int64) bool {
	if r.held.Add(n) <= r.all {
		return true
	}
	r.held.Add(-n)
	return false
}

// tooLarge is the refusal of n more bytes of an upload, for which there is no file.
func (r *uploadRoom) tooLarge(u *uploadReceiver, n int64) error {
	const instead = "; set UploadDir to have larger ones written there"
	if u.held+n > r.each {
		return &api.MessageTooLargeError{What: "upload of " + u.id, Size: u.held + n, Limit: r.each, Setting: "BlockTransfer.MaxFrameSize" + instead}
	}
	return &api.MessageTooLargeError{What: "upload of " + u.id + ", with what else is being uploaded", Size: r.held.Load() + n, Limit: r.all, Setting: "BlockTransfer.UploadMemory" + instead}
}

// uploadReceiver collects an uploaded stream in memory, which grows with what arrives, or in a file.
type uploadReceiver struct {
	server   *rpcServer
	id       string
	metadata []byte
	data     buffer.Pieces
	held     int64 // of the room
	file     api.DownloadFile
}

// OnSize implements transport.SizedConsumer: what cannot fit into memory is not begun there.
func (u *uploadReceiver) OnSize(n int64) error {
	if room := u.server.uploads; n <= min(room.each, room.all) {
		return nil
	}
	return u.spill(n)
}

// OnData implements transport.StreamConsumer.
func (u *uploadReceiver) OnData(p []byte) error {
	if u.file == nil && !u.fits(int64(len(p))) {
		if err := u.spill(int64(len(p))); err != nil {
			return err
		}
	}
	if u.file != nil {
		_, err := u.file.Write(p)
		return err
	}
	u.data.Append(p)
	return nil
}

// fits takes room for n more bytes in memory, if there is some.
func (u *uploadReceiver) fits(n int64) bool {
	room := u.server.uploads
	if u.held+n > room.each || !room.take(n) {
		return false
	}
	u.held += n
	return true
}

// spill goes on in a file, because n more bytes do not fit into memory.
func (u *uploadReceiver) spill(n int64) (err error) {
	room := u.server.uploads
	if room.files == nil {
		return room.tooLarge(u, n)
	}
	if u.file, err = room.files.CreateTempFile(); err != nil {
		return err
	}
	_, err = u.data.WriteTo(u.file)
	u.forget()
	return err
}

// forget lets go of what is in memory.
func (u *uploadReceiver) forget() {
	u.server.uploads.held.Add(-u.held)
	u.held, u.data = 0, buffer.Pieces{}
}

// OnComplete implements transport.StreamConsumer.
func (u *uploadReceiver) OnComplete() ([]byte, error) {
	data := u.data.Buffer()
	if u.file != nil {
		var err error
		if data, err = u.file.CloseAndRead(); err != nil {
			return nil, err
		}
		if !u.server.uploads.files.RegisterTempFileToClean(u.file) {
			data.Release()
			return nil, errServiceClosed
		}
		u.file = nil
	}
	defer u.forget()
	defer data.Release()
	return nil, u.server.put(u.id, data, u.metadata)
}

// OnFailure implements transport.StreamConsumer.
func (u *uploadReceiver) OnFailure(error) {
	u.forget()
	if u.file != nil {
		_ = u.file.Delete() // it failed already
	}
}
