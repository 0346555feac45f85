import { type Duration, parseDuration } from '../../contract/duration.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { badUsage, type OutputFlag, type TemporalFlags } from '../input/flags.js';
import { Results } from '../output/results.js';
import { styleFor } from '../output/style.js';
import { say } from '../output/terminal.js';
import { toCommandError } from '../temporal/errors.js';
import { openSession, type Session } from '../temporal/session.js';
import { completeRecords } from './complete-records.js';
import { type OperationRecord, readRecords } from './records.js';
import { tableOfRecords } from './records-table.js';

/** The flags of `ls`. */
export interface LsFlags extends TemporalFlags, OutputFlag {
  running?: true;
  bulks?: true;
  parent?: string;
  outcome?: string[];
  requestedBy?: string;
  since?: Duration;
  limit: number;
}

/** Runs `ls` and returns its exit code: 0, also where there is nothing. */
export async function runLs(flags: LsFlags): Promise<number> {
  if (flags.limit === 0) throw badUsage(new Error('limit: must be at least 1'));
  const session = await openSession(flags);
  try {
    const { records, hasMore } = await read(session, flags);
    const results = new Results(flags.output, true);
    if (flags.output === 'text' && records.length > 0)
      process.stdout.write(`${tableOfRecords(records, styleFor(process.stdout))}\n`);
    if (flags.output !== 'text') for (const record of records) results.add(record, '');
    results.end();
    if (records.length === 0) say('Temporal follows and has recorded nothing like this in this namespace.');
    if (hasMore)
      say(`There are more than these ${flags.limit}. See others with --limit, --since, --outcome and --running.`);
    return 0;
  } catch (error) {
    throw toCommandError(error, session);
  }
}

/** The records, newest start first. An abort of a watcher has a requester of its own, so they are completed before they are filtered. */
async function read(
  session: Session,
  { running, bulks, outcome, parent, requestedBy, since, limit, taskQueue }: LsFlags,
) {
  const filter = withoutUndefined({
    isRunning: running,
    areBulks: bulks,
    parent,
    outcomes: outcome,
    since: since === undefined ? undefined : Date.now() - (parseDuration(since) ?? 0),
    taskQueue,
  });
  const all = readRecords(session.client, filter);
  const hasWorker = new Map<string, boolean>();
  const found: OperationRecord[] = [];
  for (let isOver = false; !isOver && found.length <= limit;) {
    const batch: OperationRecord[] = [];
    for (let missing = limit + 1 - found.length; missing > 0 && !isOver; missing--) {
      const next = await all.next();
      if (next.done === true) isOver = true;
      else batch.push(next.value);
    }
    if (bulks !== true) await completeRecords(session, batch, hasWorker);
    found.push(...batch.filter((record) => requestedBy === undefined || record.requestedBy === requestedBy));
  }
  const records = found.slice(0, limit).toSorted((one, other) => other.startedAt.localeCompare(one.startedAt));
  return { records, hasMore: found.length > limit };
}
