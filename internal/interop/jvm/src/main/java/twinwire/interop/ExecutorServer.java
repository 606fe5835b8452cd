// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.shuffle.IndexShuffleBlockResolver;
import org.apache.spark.shuffle.sort.SortShuffleManager;

/**
 * A Spark application whose one process has the outputs of maps and serves them to others, as an executor does. Arguments:
 * local directory, size of a block, how many maps there are, how many blocks each has.
 */
final class ExecutorServer {
  private ExecutorServer() {}

  static void run(String[] args) throws Exception {
    int block = Integer.parseInt(args[1]);
    int maps = Integer.parseInt(args[2]);
    int reducers = Integer.parseInt(args[3]);
    SparkContext context = new SparkContext(new SparkConf(false).setAppName("blocks").setMaster("local[2]")
        .set("spark.local.dir", args[0])
        .set("spark.driver.host", SparkRpcEnv.HOST)
        .set("spark.driver.bindAddress", SparkRpcEnv.HOST)
        .set("spark.ui.enabled", "false"));
    IndexShuffleBlockResolver resolver = ((SortShuffleManager) SparkEnv.get().shuffleManager()).shuffleBlockResolver();
    for (int map = 0; map < maps; map++) {
      write(resolver, map, block, reducers);
    }
    Main.say("ready " + SparkRpcEnv.HOST + ":" + SparkEnv.get().blockManager().blockManagerId().port());
    Thread.currentThread().join();
  }

  private static void write(IndexShuffleBlockResolver resolver, int map, int block, int reducers) throws IOException {
    byte[] bytes = new byte[block];
    for (int i = 0; i < block; i++) {
      bytes[i] = (byte) (i * 7);
    }
    File file = resolver.createTempFile(resolver.getDataFile(1, map));
    try (OutputStream out = new FileOutputStream(file)) {
      for (int i = 0; i < reducers; i++) {
        out.write(bytes);
      }
    }
    long[] lengths = new long[reducers];
    Arrays.fill(lengths, block);
    resolver.writeMetadataFileAndCommit(1, map, lengths, new long[0], file);
  }
}
