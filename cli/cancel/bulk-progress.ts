import { setTimeout as delay } from 'node:timers/promises';
import type { BulkHandle } from '../../client/bulk-handle.js';
import type { CancelOperationsProgress } from '../../contract/bulk.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { WorkerMonitor } from '../follow/worker-monitor.js';
import { createLiveLines, say } from '../output/terminal.js';
import { unpolledReporter } from '../temporal/unpolled.js';
import { QUERY_TIMEOUT_MS, type Session } from '../temporal/session.js';
import { BulkView } from './bulk-view.js';

const REFRESH_INTERVAL_MS = 700;
const HELD = 'The abort is stored there; it begins once a worker is running.';
const STORED = 'Temporal has stored the cancellations; they go on once a worker is running.';

/**
 * Shows the progress of a bulk workflow on stderr. Says which executions under way are held on a task queue that nobody
 * polls, and where no worker answers for the bulk itself.
 *
 * @param service the service of the operations
 * @param onProgress is given each progress that is read; it may write to the same terminal
 * @returns a function that ends it
 */
export function showBulkProgress(
  bulk: BulkHandle,
  session: Session,
  service: string,
  onProgress: (progress: CancelOperationsProgress) => void,
): () => void {
  const view = new BulkView((text) => process.stderr.write(text), createLiveLines());
  const tell = (line: string): void => view.aside(() => say(line));
  const monitor = new WorkerMonitor(session, STORED, tell);
  const reportUnpolled = unpolledReporter(session, HELD, tell);
  const shown = { target: { workflowId: bulk.workflowId }, isBulk: true as const };
  const controller = new AbortController();
  const { signal } = controller;
  const read = async (): Promise<void> => {
    await monitor.check([shown]);
    const progress = await session.client
      .withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => bulk.progress())
      // No worker answered, or the workflow has just closed, and the result follows.
      .catch(() => undefined);
    if (signal.aborted || progress === undefined) return;
    monitor.recordAnswer(shown);
    view.recordAnswer(progress);
    view.aside(() => onProgress(progress));
    await reportUnpolled(progress.underWay.map((name) => ({ workflowId: workflowIdOf(service, name) })));
  };
  void repeat(read, signal);
  // An answer that does not come must not stop the clock.
  void repeat(() => view.update(), signal);
  return () => {
    controller.abort();
    view.end();
  };
}

async function repeat(step: () => unknown, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await step();
    await delay(REFRESH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
