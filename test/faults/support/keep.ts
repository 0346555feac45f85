import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJson } from '../../support/history-json.js';
import type { Problem } from '../oracle/records.js';
import type { Told } from '../oracle/temporal-truth.js';

/** Writes the histories of the executions that something is wrong with to a folder, and returns it: the server is gone soon. */
export async function keepHistories(
  told: readonly Told[],
  problems: readonly Problem[],
): Promise<string | undefined> {
  const concerned = told.filter(({ runId, workflowId }) =>
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
