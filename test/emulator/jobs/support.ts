import type { FinalOutcome } from '../../../contract/outcome.js';
import type { OperationScript } from '../../../emulator/index.js';
import { type Kind, nameOfKind } from '../../../google/kinds/kind.js';
import type { Reply } from '../support.js';

const L = 'projects/p/locations/us-central1';

export const CUSTOM = `${L}/customJobs/1`;
export const PIPELINE = `${L}/pipelineJobs/run-1`;
export const QUERY = { service: 'bigquery.googleapis.com', name: `${L}/jobs/q1` };
export const DATAFLOW = { service: 'dataflow.googleapis.com', name: `${L}/jobs/flow-1` };
export const BATCH = { service: 'batch.googleapis.com', name: `${L}/jobs/batch-1` };
export const SPARK = { service: 'dataproc.googleapis.com', name: 'projects/p/regions/us-central1/jobs/spark-1' };
export const SERVERLESS = { service: 'dataproc.googleapis.com', name: `${L}/batches/b1` };
export const EXECUTION = { service: 'run.googleapis.com', name: `${L}/jobs/j/executions/e1` };
export const BUILD = { service: 'cloudbuild.googleapis.com', name: `${L}/builds/build-1` };

export type Cancel = OperationScript['onCancel'];

/** The text of an error. */
export function messageOf(reply: Reply): string | undefined {
  return reply.json().error?.message;
}

interface Outcomes {
  completed: FinalOutcome;
  failed: FinalOutcome;
  cancelled: FinalOutcome;
}

/** The outcomes that the words of a service do not tell from others. */
const AMBIGUOUS = new Map<string, Partial<Outcomes>>([
  // A session that has ended is terminated, too.
  ['dataproc.googleapis.com sessions', { completed: 'CANCELLED' }],
  // What a cancelled operation of it looks like is not published.
  ['sqladmin.googleapis.com operation', { cancelled: 'FAILED' }],
]);

/** The outcomes that are recorded of the jobs of a kind, by how they ended. */
export function outcomesOf(kind: Kind): Outcomes {
  const ambiguous = AMBIGUOUS.get(`${kind.service} ${nameOfKind(kind)}`);
  return { completed: 'COMPLETED', failed: 'FAILED', cancelled: 'CANCELLED', ...ambiguous };
}
