// SPDX-License-Identifier: Apache-2.0

package twinwire.interop;

import org.apache.spark.FetchFailed;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Counts what Spark's scheduler tells. */
final class ShuffleWatch extends SparkListener {
  private int executors;
  private int mapTasks;
  private int reduceTasks;
  private int fetchFailures;
  private int failures;
  private long remoteBlocks;
  private long localBlocks;

  @Override
  public synchronized void onExecutorAdded(SparkListenerExecutorAdded e) {
    executors++;
    notifyAll();
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd e) {
    if (e.reason() instanceof FetchFailed) {
      fetchFailures++;
    } else if (!e.taskInfo().successful()) {
      failures++;
    }
    if (e.taskType().equals("ShuffleMapTask")) {
      mapTasks++;
    } else {
      reduceTasks++;
    }
    if (e.taskMetrics() != null) {
      remoteBlocks += e.taskMetrics().shuffleReadMetrics().remoteBlocksFetched();
      localBlocks += e.taskMetrics().shuffleReadMetrics().localBlocksFetched();
    }
  }

  /** Waits until as many executors have come, the dead ones included. */
  synchronized void awaitExecutors(int count) throws InterruptedException {
    while (executors < count) {
      wait();
    }
  }

  /** Counts from now on. */
  synchronized void begin() {
    mapTasks = reduceTasks = fetchFailures = failures = 0;
    remoteBlocks = localBlocks = 0;
  }

  synchronized String seen() {
    return "map-tasks=" + mapTasks + " reduce-tasks=" + reduceTasks + " fetch-failures=" + fetchFailures + " failures=" + failures
        + " remote-blocks=" + remoteBlocks + " local-blocks=" + localBlocks;
  }
}
