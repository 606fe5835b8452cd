// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * A Spark application with two executor processes and one shuffle, which comes from an external shuffle service. It says
 * "written" when the shuffle is on disk and those who wrote it are dead, reads when it is told to, and says how that went.
 * Then it lets go of the shuffle, so that Spark has the service remove its files, until it is told to end. Arguments: port of
 * the service, local directory, settings as key=value, and the folder of this program's classes.
 */
final class ShuffleJob {
  static final int MAPS = 8;
  static final int REDUCERS = 40;
  static final int RECORDS = 20_000; // of one map
  private static final int EXECUTORS = 2;
  private static final long PAUSE = 100; // ms of each reduce task, so that there is a middle

  private ShuffleJob() {}

  static void run(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    ShuffleWatch watch = new ShuffleWatch();
    try (JavaSparkContext sc = new JavaSparkContext(conf(args))) {
      sc.sc().addSparkListener(watch);
      JavaPairRDD<Integer, Integer> shuffled = sc.parallelize(IntStream.range(0, MAPS).boxed().toList(), MAPS)
          .flatMapToPair(map -> records(map).iterator())
          .partitionBy(new HashPartitioner(REDUCERS));
      shuffled.take(1); // writes the whole shuffle and reads one partition
      List<ProcessHandle> writers = executors();
      writers.forEach(ProcessHandle::destroyForcibly);
      watch.awaitExecutors(EXECUTORS + writers.size());
      watch.begin();
      Main.say("written " + writers.size());
      if (!"read".equals(in.readLine())) {
        return;
      }
      List<Long> sums = shuffled.mapPartitions(records -> {
        Thread.sleep(PAUSE);
        long sum = 0;
        while (records.hasNext()) {
          Tuple2<Integer, Integer> r = records.next();
          sum += weight(r._1(), r._2());
        }
        return List.of(sum).iterator();
      }).collect();
      sc.sc().listenerBus().waitUntilEmpty();
      Main.say((sums.equals(expected()) ? "right " : "wrong ") + watch.seen());
      shuffled = null; // Spark's cleaner waits for the garbage collector
      while (!in.ready()) {
        System.gc();
        Thread.sleep(PAUSE);
      }
    }
  }

  private static SparkConf conf(String[] args) {
    SparkConf conf = new SparkConf().setAppName("shuffle").setMaster("local-cluster[" + EXECUTORS + ",1,1024]")
        .set("spark.executor.memory", "512m")
        .set("spark.executor.extraClassPath", args[args.length - 1])
        .set("spark.local.dir", args[1])
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.ui.enabled", "false")
        .set("spark.shuffle.service.enabled", "true")
        .set("spark.shuffle.service.port", args[0])
        .set("spark.shuffle.readHostLocalDisk", "false");
    for (String setting : Arrays.asList(args).subList(2, args.length - 1)) {
      int at = setting.indexOf('=');
      conf.set(setting.substring(0, at), setting.substring(at + 1));
    }
    return conf;
  }

  /** The executor processes, which are children of this one. */
  private static List<ProcessHandle> executors() {
    return ProcessHandle.current().descendants()
        .filter(p -> p.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend")).toList();
  }

  private static List<Tuple2<Integer, Integer>> records(int map) {
    List<Tuple2<Integer, Integer>> list = new ArrayList<>(RECORDS);
    for (int i = 0; i < RECORDS; i++) {
      int n = map * RECORDS + i;
      list.add(new Tuple2<>(n * 0x9E3779B1 >>> 8, n));
    }
    return list;
  }

  private static long weight(int key, int value) {
    return (long) key * 31 + value * 7919L;
  }

  /** What the job must find, without Spark. */
  private static List<Long> expected() {
    long[] sums = new long[REDUCERS];
    for (int map = 0; map < MAPS; map++) {
      for (Tuple2<Integer, Integer> r : records(map)) {
        sums[Math.floorMod(r._1().hashCode(), REDUCERS)] += weight(r._1(), r._2());
      }
    }
    return Arrays.stream(sums).boxed().toList();
  }
}
