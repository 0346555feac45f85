import { setTimeout as delay } from 'node:timers/promises';
import type { ManyCancelled } from '../../client/many.js';
import type { CancelOperationsProgress } from '../../contract/bulk.js';
import { printable } from '../output/printable.js';
import type { Session } from '../temporal/session.js';
import { WIDTH } from '../output/text.js';

const LOOK_EVERY_MS = 700;
const ANSWER_WITHIN_MS = 3_000;

/** Shows how a bulk workflow stands, on stderr: in place on a terminal, elsewhere a line for each change. Returns how to end it. */
export function showProgress(many: ManyCancelled, { client }: Session): () => void {
  const screen = process.stderr;
  const live = screen.isTTY && process.env['TERM'] !== 'dumb';
  const over = new AbortController();
  const { signal } = over;
  let last = '';
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      const progress = await client
        .withDeadline(Date.now() + ANSWER_WITHIN_MS, () => many.progress())
        // No worker, a slow one, or it has just ended: the outcome tells.
        .catch(() => undefined);
      if (signal.aborted) return;
      const line = progress === undefined ? last : lineOf(progress);
      const width = screen.columns > 0 ? screen.columns : WIDTH;
      if (line !== last) screen.write(live ? `\r\u001B[K${line.slice(0, width - 1)}` : `${line}\n`);
      last = line;
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  void loop();
  return () => {
    over.abort();
    if (live && last !== '') screen.write('\r\u001B[K');
  };
}

function lineOf({ matched, underWay, outcomes, failures }: CancelOperationsProgress): string {
  const ended = Object.values(outcomes).reduce((sum, number) => sum + number, 0);
  const counts = Object.entries(outcomes).map(([outcome, number]) => `${number} ${outcome}`);
  const words = [
    `${ended + failures.length} of ${matched} ended`,
    `${underWay.length} under way`,
    ...counts,
    ...(failures.length === 0 ? [] : [`${failures.length} could not be done`]),
  ];
  return printable(words.join(', '));
}
