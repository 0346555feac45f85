import { setTimeout as delay } from 'node:timers/promises';
import type { BulkHandle } from '../../client/bulk-handle.js';
import type { CancelOperationsProgress } from '../../contract/bulk.js';
import { printable } from '../output/printable.js';
import { isLiveTerminal } from '../output/terminal.js';
import { columnsOf } from '../output/text.js';
import { QUERY_TIMEOUT_MS, type Session } from '../temporal/session.js';

const REFRESH_INTERVAL_MS = 700;

/**
 * Shows the progress of a bulk workflow on stderr: in place on a terminal, elsewhere a line for each change.
 *
 * @returns a function that ends it
 */
export function showBulkProgress(bulk: BulkHandle, { client }: Session): () => void {
  const { stderr } = process;
  const isLive = isLiveTerminal();
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
      const line = progress === undefined ? shown : bulkProgressLine(progress);
      if (line !== shown) stderr.write(isLive ? `\r\u001B[K${line.slice(0, columnsOf(stderr) - 1)}` : `${line}\n`);
      shown = line;
      await delay(REFRESH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  void refresh();
  return () => {
    controller.abort();
    if (isLive && shown !== '') stderr.write('\r\u001B[K');
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
  ];
  return printable(parts.join(', '));
}
