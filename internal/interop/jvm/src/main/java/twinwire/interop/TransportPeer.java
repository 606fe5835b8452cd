// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.FileSegmentManagedBuffer;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;

/** A TransportServer that knows the requests which transport_server_test.go describes. */
final class TransportPeer extends RpcHandler {
  private final File file;
  private final Streams streams = new Streams();
  private final StringBuilder oneWays = new StringBuilder();

  private TransportPeer(File file) {
    this.file = file;
  }

  /** Serves; the argument is a file that holds the pattern. */
  static void serve(String[] args) throws InterruptedException {
    TransportPeer peer = new TransportPeer(new File(args[0]));
    TransportServer server = new TransportContext(RpcServer.conf(), peer).createServer(SparkRpcEnv.HOST, 0, List.of());
    Main.say("ready " + SparkRpcEnv.HOST + ":" + server.getPort());
    Thread.currentThread().join();
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
    ByteBuffer own = RpcServer.copy(message);
    switch (text(own.duplicate())) {
      case "open" -> callback.onSuccess(ByteBuffer.allocate(8).putLong(0, open(client)));
      case "fail" -> callback.onFailure(new IllegalStateException("failed on purpose"));
      case "throw" -> throw new IllegalArgumentException("thrown on purpose");
      case "one-ways" -> callback.onSuccess(ByteBuffer.wrap(oneWays.toString().getBytes(StandardCharsets.UTF_8)));
      case "call back" -> client.sendRpc(ByteBuffer.wrap("who".getBytes(StandardCharsets.UTF_8)), callback);
      default -> callback.onSuccess(own);
    }
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message) {
    oneWays.append(text(message)).append(';');
  }

  @Override
  public StreamCallbackWithID receiveStream(TransportClient client, ByteBuffer meta, RpcResponseCallback callback) {
    String name = text(meta);
    if (name.equals("refused")) {
      throw new SecurityException("not this one");
    }
    return new Upload(name);
  }

  @Override
  public StreamManager getStreamManager() {
    return streams;
  }

  private long open(TransportClient client) {
    List<ManagedBuffer> chunks = List.of(
        new NioManagedBuffer(Pattern.buffer(10)),
        new NioManagedBuffer(Pattern.buffer(0)),
        new NioManagedBuffer(Pattern.buffer(300_000)),
        new FileSegmentManagedBuffer(RpcServer.conf(), file, 1000, 200_000));
    return streams.registerStream("app", chunks.iterator(), client.getChannel());
  }

  static String text(ByteBuffer b) {
    return StandardCharsets.UTF_8.decode(b).toString();
  }

  /** Spark's streams, and those named "sized-N" and "file". */
  private final class Streams extends OneForOneStreamManager {
    @Override
    public ManagedBuffer openStream(String id) {
      if (id.startsWith("sized-")) {
        return new NioManagedBuffer(Pattern.buffer(Integer.parseInt(id.substring("sized-".length()))));
      }
      if (id.equals("file")) {
        return new FileSegmentManagedBuffer(RpcServer.conf(), file, 0, file.length());
      }
      return id.equals("missing") ? null : super.openStream(id);
    }

    @Override
    public void checkAuthorization(TransportClient client, String id) {
      if (isNumeric(id)) {
        super.checkAuthorization(client, id);
      }
    }

    @Override
    public void streamBeingSent(String id) {
      if (isNumeric(id)) {
        super.streamBeingSent(id);
      }
    }

    @Override
    public void streamSent(String id) {
      if (isNumeric(id)) {
        super.streamSent(id);
      }
    }

    private static boolean isNumeric(String id) {
      return Character.isDigit(id.charAt(0));
    }
  }

  /** Adds up what is uploaded; the answer is its name and sum. */
  private static final class Upload implements StreamCallbackWithID {
    private final String name;
    private final Pattern.Sum sum = new Pattern.Sum();

    Upload(String name) {
      this.name = name;
    }

    @Override
    public String getID() {
      return name;
    }

    @Override
    public void onData(String id, ByteBuffer data) {
      sum.add(data);
    }

    @Override
    public void onComplete(String id) throws IOException {
      if (name.equals("bad end")) {
        throw new IOException("no rename");
      }
    }

    @Override
    public void onFailure(String id, Throwable cause) {}

    @Override
    public ByteBuffer getCompletionResponse() {
      return ByteBuffer.wrap((name + " " + sum).getBytes(StandardCharsets.UTF_8));
    }
  }
}
