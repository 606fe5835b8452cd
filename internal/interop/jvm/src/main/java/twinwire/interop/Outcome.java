// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.client.ChunkReceivedCallback;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallback;

/** What a call of any kind ended with: the bytes, or the text of the failure behind "failed: ". */
final class Outcome implements RpcResponseCallback, ChunkReceivedCallback, StreamCallback {
  private final CompletableFuture<byte[]> end = new CompletableFuture<>();
  private final java.io.ByteArrayOutputStream data = new java.io.ByteArrayOutputStream();

  @Override
  public void onSuccess(ByteBuffer answer) {
    byte[] b = new byte[answer.remaining()];
    answer.get(b);
    end.complete(b);
  }

  @Override
  public void onFailure(Throwable cause) {
    end.completeExceptionally(cause);
  }

  @Override
  public void onSuccess(int index, ManagedBuffer chunk) {
    try (java.io.InputStream in = chunk.createInputStream()) {
      end.complete(in.readAllBytes());
    } catch (java.io.IOException e) {
      end.completeExceptionally(e);
    }
  }

  @Override
  public void onFailure(int index, Throwable cause) {
    end.completeExceptionally(cause);
  }

  @Override
  public void onData(String id, ByteBuffer b) {
    byte[] piece = new byte[b.remaining()];
    b.get(piece);
    data.writeBytes(piece);
  }

  @Override
  public void onComplete(String id) {
    end.complete(data.toByteArray());
  }

  @Override
  public void onFailure(String id, Throwable cause) {
    end.completeExceptionally(cause);
  }

  byte[] bytes() throws Exception {
    return end.get(30, TimeUnit.SECONDS);
  }

  String text() throws Exception {
    return new String(bytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  String sum() throws Exception {
    return Pattern.sum(bytes());
  }

  /** The failure's text. */
  String failure() throws Exception {
    try {
      return "no failure but " + bytes().length + " bytes";
    } catch (java.util.concurrent.ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    }
  }
}
