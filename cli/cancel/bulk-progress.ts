import { setTimeout as delay } from 'node:timers/promises';
import type { BulkHandle } from '../../client/bulk-handle.js';
import type { CancelOperationsProgress } from '../../contract/bulk.js';
import { lastSegment } from '../../contract/names.js';
import { workflowIdOf } from '../../contract/workflow-id.js';
import { LiveLines } from '../output/live-lines.js';
import { printable } from '../output/printable.js';
import { styleFor } from '../output/style.js';
import { isLiveTerminal, say } from '../output/terminal.js';
import { unpolledReporter } from '../temporal/unpolled.js';
import { QUERY_TIMEOUT_MS, type Session } from '../temporal/session.js';

const REFRESH_INTERVAL_MS = 700;
const MAX_IDS = 3;
const HELD = 'The abort is stored there; it begins once a worker is running.';

/**
 * Shows the progress of a bulk workflow on stderr: in place on a terminal, elsewhere a line for each change. Says which
 * executions under way are held on a task queue that nobody polls.
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
  const { stderr } = process;
  const live = isLiveTerminal() ? new LiveLines(stderr, styleFor(stderr)) : undefined;
  const { client } = session;
  const reportUnpolled = unpolledReporter(session, HELD, (line) => {
    live?.clear();
    say(line);
  });
  const controller = new AbortController();
  const { signal } = controller;
  let shown = '';
  const refresh = async (): Promise<void> => {
    while (!signal.aborted) {
      const progress = await client
        .withDeadline(Date.now() + QUERY_TIMEOUT_MS, () => bulk.progress())
        // No worker answered, or the workflow has just closed, and the result follows.
        .catch(() => undefined);
      if (signal.aborted) return;
      if (progress !== undefined) {
        live?.clear();
        onProgress(progress);
      }
      const line = progress === undefined ? shown : bulkProgressLine(progress);
      await reportUnpolled((progress?.underWay ?? []).map((name) => ({ workflowId: workflowIdOf(service, name) })));
      if (signal.aborted) return;
      if (live !== undefined && line !== '') live.draw([line]);
      else if (line !== shown) stderr.write(`${line}\n`);
      shown = line;
      await delay(REFRESH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  void refresh();
  return () => {
    controller.abort();
    live?.end();
  };
}

function bulkProgressLine({ matched, underWay, outcomes, failures }: CancelOperationsProgress): string {
  const withOutcome = Object.values(outcomes).reduce((sum, number) => sum + number, 0);
  const counts = Object.entries(outcomes).map(([outcome, number]) => `${number} ${outcome}`);
  const parts = [
    `${withOutcome + failures.length} of ${matched} done`,
    `${underWay.length} under way`,
    ...counts,
    ...(failures.length === 0 ? [] : [`${failures.length} could not be done`]),
    ...(underWay.length === 0 ? [] : [`waiting for ${firstIds(underWay)}`]),
  ];
  return printable(parts.join(', '));
}

function firstIds(names: readonly string[]): string {
  return names.slice(0, MAX_IDS).map(lastSegment).join(' ') + (names.length > MAX_IDS ? ' …' : '');
}
