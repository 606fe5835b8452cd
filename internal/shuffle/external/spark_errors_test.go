// SPDX-License-Identifier: Apache-2.0

package external_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/internal/shuffle/external"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// refusal is an entry of testdata/errors.json: what Spark's own service answered, over a connection that nobody else used.
type refusal struct {
	Name   string   `json:"name"`
	Spark  []string `json:"spark"`
	Fields struct {
		Answers []struct {
			Error  string `json:"error"`
			Body   string `json:"body"`
			Raw    string `json:"raw"`
			Closed bool   `json:"closed"`
		} `json:"answers"`
		Afterwards any `json:"afterwards"`
	} `json:"fields"`
}

// heard tells each answer in a line, and whether the connection was there afterwards.
func (r refusal) heard() []string {
	var lines []string
	for _, a := range r.Fields.Answers {
		switch first, _, _ := strings.Cut(a.Error, "\n"); {
		case a.Closed:
		case first != "":
			lines = append(lines, first)
		default:
			lines = append(lines, a.Body+a.Raw)
		}
	}
	if r.Fields.Afterwards != any("open") && r.Name != "register_executor" {
		return append(lines, "closed")
	}
	return append(lines, "open")
}

// otherwise are the answers that are not those of Spark, and why.
var otherwise = map[string][]string{
	// A map's id has 64 bits in every other message, so it may have in this one.
	"open_blocks_shuffle_0_99999999999_0": {"03 <streamId> 00000001", "open"},
	// The executor's own name of the folder.
	"missing_index_file":        {"java.lang.RuntimeException: Failed to open file: /data/exec0/39/shuffle_0_9_0.index", "open"},
	"missing_index_file_stream": {"java.lang.RuntimeException: Failed to open file: /data/exec0/39/shuffle_0_9_0.index", "open"},
	// It says what is missing.
	"reducer_beyond_index": {"org.apache.spark.storage.BlockNotFoundException: shuffle_0_0: reducers 50 to 51 of 2: block not found", "open"},
	// A message of 3.5 that is read, as there, and refused.
	"message_type_4": {"java.lang.UnsupportedOperationException: Unexpected message: RegisterDriver[appId=app0,heartbeatTimeoutMs=1]", "open"},
	// The JVM tells of its memory there, and of a mistake of its own.
	"message_truncated":     {"java.lang.IndexOutOfBoundsException: readerIndex(1) + length(4) exceeds writerIndex(3)", "open"},
	"diagnose_unregistered": {"java.lang.RuntimeException: Executor is not registered (appId=app0, execId=exec9)", "open"},
}

// TestSparkRefusals: what Spark's service refuses, ours refuses in the same words, and the connection lives or not as there.
func TestSparkRefusals(t *testing.T) {
	text, err := os.ReadFile("testdata/errors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []refusal
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(r refusal) bool { return !slices.Contains(r.Spark, "4.2.0_2.13") })
	inWorlds(t, external.Config{}, func(t *stage) {
		t.registerSparkExecutor()
		for _, r := range all {
			want := r.heard()
			if ours, ok := otherwise[r.Name]; ok {
				want = ours
			}
			if got := t.playScript(script(r.Name)); !slices.Equal(got, want) {
				t.Errorf("%s:\n got %q\nwant %q", r.Name, got, want)
			}
		}
	})
}

// stranger is a peer made of bytes alone, over a connection of its own.
type stranger struct {
	*stage
	conn    net.Conn
	decoder wire.FrameDecoder
	stream  int64 // that was opened last
}

// play sends the messages of a script, each when the last is answered, and tells what came back.
func (t *stage) playScript(script []wire.Message) []string {
	t.Helper()
	conn, err := t.network.Dial(t.ctx, t.service.Address().HostPort())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s := &stranger{stage: t, conn: conn}
	var lines []string
	for _, m := range script {
		opened := s.stream
		s.send(m)
		if _, silent := m.(wire.OneWayMessage); silent {
			continue
		}
		if line := s.answer(); s.stream == opened || len(script) == 1 {
			lines = append(lines, line)
		}
	}
	s.send(request(blockwire.GetLocalDirsForExecutors{AppID: "app0"}))
	if s.answer() != "0b000000000000000000000000" {
		return append(lines, "closed")
	}
	return append(lines, "open")
}

// send sends a message, with the stream that was opened in the place of 0 and N.
func (s *stranger) send(m wire.Message) {
	switch of := m.(type) {
	case wire.ChunkFetchRequest:
		if of.StreamID == 0 {
			of.StreamID = s.stream
		}
		m = of
	case wire.StreamRequest:
		of.StreamID = strings.Replace(of.StreamID, "N", strconv.FormatInt(s.stream, 10), 1)
		m = of
	}
	_, _ = s.conn.Write(wire.AppendFrame(nil, m)) // the answer tells
}

func (s *stranger) read() bool {
	n, _ := s.conn.Read(s.decoder.Buffer(1))
	s.decoder.Filled(n)
	return n > 0
}

// answer reads one and tells of it in a line.
func (s *stranger) answer() string {
	s.Helper()
	for {
		payload, ok, err := s.decoder.Next()
		if err != nil {
			s.Fatal(err)
		}
		if ok {
			m, err := wire.ParseMessage(payload)
			if err != nil {
				s.Fatal(err)
			}
			return s.line(m)
		}
		if !s.read() {
			return "closed"
		}
	}
}

func (s *stranger) line(m wire.Message) string {
	switch m := m.(type) {
	case wire.RpcResponse:
		if h, err := blockwire.ParseStreamHandle(m.Body); err == nil {
			s.stream = h.StreamID
			return fmt.Sprintf("03 <streamId> %08x", h.NumChunks)
		}
		return hex.EncodeToString(m.Body)
	case wire.RpcFailure:
		return firstLine(m.Error)
	case wire.ChunkFetchSuccess:
		return hex.EncodeToString(m.Body)
	case wire.ChunkFetchFailure:
		return strings.ReplaceAll(firstLine(m.Error), fmt.Sprintf("streamId %d", s.stream), "streamId N")
	case wire.StreamFailure:
		return firstLine(m.Error)
	case wire.StreamResponse:
		for int64(s.decoder.Buffered()) < m.ByteCount && s.read() {
		}
		return hex.EncodeToString(s.decoder.TakeRaw(m.ByteCount))
	}
	return fmt.Sprintf("%T", m)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func request(m blockwire.Message) wire.Message {
	return wire.RpcRequest{RequestID: 99, Body: m.Append(nil)}
}
