// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import static twinwire.interop.Checks.holds;
import static twinwire.interop.Checks.same;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.FileSegmentManagedBuffer;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.MergedBlockMetaResponseCallback;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;

/** Spark's TransportClient against a server of ours. */
final class TransportCalls extends Checks {
  private final TransportClientFactory factory =
      new TransportContext(RpcServer.conf(), new Answering()).createClientFactory();
  private final String address;
  private final File file;

  private TransportCalls(String address, File file) {
    this.address = address;
    this.file = file;
  }

  /** Runs; args are the server's address and a file that holds the pattern. */
  static void run(String[] args) throws Exception {
    TransportCalls calls = new TransportCalls(args[0], new File(args[1]));
    calls.requests();
    calls.chunks();
    calls.streams();
    calls.uploads();
    calls.done();
  }

  /** The pool's connection, or a new one. */
  private TransportClient client() throws Exception {
    return factory.createClient(HostPort.host(address), HostPort.port(address));
  }

  private Outcome ask(ByteBuffer body) throws Exception {
    Outcome outcome = new Outcome();
    client().sendRpc(body, outcome);
    return outcome;
  }

  private Outcome ask(String body) throws Exception {
    return ask(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }

  private void requests() {
    for (int size : new int[] {0, 2, 40 << 10, 3 << 20}) {
      check("rpc of " + size + " bytes", () -> same(Pattern.sum(Pattern.bytes(size)), ask(Pattern.buffer(size)).sum()));
    }
    check("256 rpcs at once", () -> {
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < 256; i++) {
        outcomes.add(ask("number " + i));
      }
      for (int i = 0; i < 256; i++) {
        same("number " + i, outcomes.get(i).text());
      }
    });
    check("failed rpc", () -> holds("java.lang.IllegalStateException: failed on purpose", ask("fail").failure()));
    check("one-way messages", () -> {
      client().send(ByteBuffer.wrap("one".getBytes(StandardCharsets.UTF_8)));
      client().send(ByteBuffer.wrap("two".getBytes(StandardCharsets.UTF_8)));
      same("one;two;", ask("one-ways").text());
    });
    check("rpc in the other direction", () -> same("a JVM", ask("call back").text()));
    check("merged block meta", () -> {
      Outcome outcome = new Outcome();
      client().sendMergedBlockMetaReq("app", 0, 1, 2, new MergedBlockMetaResponseCallback() {
        @Override
        public void onSuccess(int chunks, ManagedBuffer bitmaps) {
          outcome.onSuccess(chunks, bitmaps);
        }

        @Override
        public void onFailure(Throwable cause) {
          outcome.onFailure(cause);
        }
      });
      holds("java.lang.UnsupportedOperationException", outcome.failure());
    });
  }

  private Outcome chunk(long stream, int index) throws Exception {
    Outcome outcome = new Outcome();
    client().fetchChunk(stream, index, outcome);
    return outcome;
  }

  private void chunks() {
    check("chunks", () -> {
      long stream = ByteBuffer.wrap(ask("open").bytes()).getLong();
      List<Outcome> outcomes = List.of(chunk(stream, 0), chunk(stream, 1), chunk(stream, 2), chunk(stream, 3));
      same(Pattern.sum(Pattern.bytes(10)), outcomes.get(0).sum());
      same(Pattern.sum(new byte[0]), outcomes.get(1).sum());
      same(Pattern.sum(Pattern.bytes(300_000)), outcomes.get(2).sum());
      same(segmentSum(), outcomes.get(3).sum());
    });
    check("chunk out of order", () -> {
      long stream = ByteBuffer.wrap(ask("open").bytes()).getLong();
      holds("Received out-of-order chunk index 2 (expected 0)", chunk(stream, 2).failure());
      same(Pattern.sum(Pattern.bytes(10)), chunk(stream, 0).sum());
    });
  }

  /** The sum of the file's bytes from 1000 to 201,000. */
  private String segmentSum() {
    return Pattern.sum(java.util.Arrays.copyOfRange(Pattern.bytes(201_000), 1000, 201_000));
  }

  private Outcome stream(String id) throws Exception {
    Outcome outcome = new Outcome();
    client().stream(id, outcome);
    return outcome;
  }

  private void streams() {
    check("streams one behind the other", () -> {
      int[] sizes = {5, 0, 3 << 20, 1};
      List<Outcome> outcomes = new ArrayList<>();
      for (int size : sizes) {
        outcomes.add(stream("sized-" + size));
      }
      Outcome rpc = ask("between");
      for (int i = 0; i < sizes.length; i++) {
        same(Pattern.sum(Pattern.bytes(sizes[i])), outcomes.get(i).sum());
      }
      same("between", rpc.text());
    });
    check("stream of a file", () -> same(Pattern.sum(Pattern.bytes((int) file.length())), stream("file").sum()));
    check("stream of a chunk", () -> {
      long stream = ByteBuffer.wrap(ask("open").bytes()).getLong();
      same(Pattern.sum(Pattern.bytes(10)), stream(stream + "_0").sum());
    });
    check("missing stream", () -> holds("Stream 'missing' was not found.", stream("missing").failure()));
  }

  private Outcome upload(String name, ManagedBuffer data) throws Exception {
    Outcome outcome = new Outcome();
    client().uploadStream(new NioManagedBuffer(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8))), data, outcome);
    return outcome;
  }

  private Outcome upload(String name, int size) throws Exception {
    return upload(name, new NioManagedBuffer(Pattern.buffer(size)));
  }

  private void uploads() {
    for (int size : new int[] {0, 10, 3 << 20}) {
      check("upload of " + size + " bytes", () -> same("up " + Pattern.sum(Pattern.bytes(size)), upload("up", size).text()));
    }
    check("upload of a file segment", () -> same("up " + segmentSum(),
        upload("up", new FileSegmentManagedBuffer(RpcServer.conf(), file, 1000, 200_000)).text()));
    check("upload that fails at its end", () -> {
      TransportClient before = client();
      Outcome outcome = upload("bad end", 10);
      holds("no rename", outcome.failure());
      same("on", ask("on").text());
      same(true, before.isActive());
    });
    check("upload that is refused", () -> {
      holds("not this one", upload("refused", 10).failure());
      askUntilAnswered("again");
    });
  }

  /** Asks over the pool's connection, which may still be the one that is being closed. */
  private void askUntilAnswered(String body) throws Exception {
    for (int tries = 1; ; tries++) {
      try {
        same(body, ask(body).text());
        return;
      } catch (java.util.concurrent.ExecutionException | java.io.IOException e) {
        if (tries == 100) {
          throw e;
        }
      }
    }
  }

  /** Says who it is. */
  private static final class Answering extends RpcHandler {
    private final StreamManager streams = new OneForOneStreamManager();

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      callback.onSuccess(ByteBuffer.wrap((TransportPeer.text(message).equals("who") ? "a JVM" : "?").getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public StreamManager getStreamManager() {
      return streams;
    }
  }
}
