import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJson } from '../../support/history-json.js';
import type { Problem } from '../oracle/records.js';
import type { TemporalRecord } from '../oracle/temporal-record.js';

/** Writes the histories of executions with a problem to a folder, and returns it. The server does not outlive the run. */
export async function saveHistories(
  records: readonly TemporalRecord[],
  problems: readonly Problem[],
): Promise<string | undefined> {
  const concerned = records.filter(({ runId, workflowId }) =>
    problems.some(({ about }) => about.includes(runId) || about === workflowId),
  );
  if (concerned.length === 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'faults-histories-'));
  for (const { runId, history } of concerned) {
    const json = JSON.stringify(historyToJson(history), undefined, 2);
    await writeFile(join(folder, `${runId}.json`), json);
  }
  return folder;
}
