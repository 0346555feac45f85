import type { OperationScript } from '../../../emulator/index.js';
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
