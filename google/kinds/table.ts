import type { FinalOutcome } from '../../contract/outcome.js';
import { PLAIN_WORDS, type Kind } from './kind.js';

/** Parent of most jobs. */
const LOCATION = 'projects/*/locations/*';

/** google/cloud/aiplatform/v1/job_state.proto. `PAUSED` can be resumed, `UPDATING` goes back to `RUNNING`. */
const JOB_STATE: Readonly<Record<string, FinalOutcome>> = {
  ...PLAIN_WORDS,
  EXPIRED: 'FAILED',
  PARTIALLY_SUCCEEDED: 'COMPLETED',
};
const RUNNING_JOB_STATES = ['QUEUED', 'PENDING', 'RUNNING', 'UPDATING', 'PAUSED'];
/** google/cloud/aiplatform/v1/pipeline_state.proto. */
const RUNNING_PIPELINE_STATES = ['QUEUED', 'PENDING', 'RUNNING', 'PAUSED'];

/** A kind of Vertex AI, in v1 and v1beta1 alike (discovery documents of November 2026). */
function vertexAi(collection: string, prefix: string, more: Partial<Kind>): Kind {
  return {
    service: 'aiplatform.googleapis.com',
    names: [`${LOCATION}/${collection}/*`],
    prefix,
    ends: JOB_STATE,
    error: 'error',
    list: { running: anyOf('state', prefix, RUNNING_JOB_STATES), displayName: 'displayName' },
    ...more,
  };
}

function vertexPipeline(collection: string): Kind {
  const prefix = 'PIPELINE_STATE_';
  const list = { running: anyOf('state', prefix, RUNNING_PIPELINE_STATES), displayName: 'displayName' };
  return vertexAi(collection, prefix, { ends: PLAIN_WORDS, list });
}

/** A filter for one of these words (AIP-160). */
function anyOf(field: string, prefix: string, words: readonly string[]): string {
  return words.map((word) => `${field}="${prefix}${word}"`).join(' OR ');
}

/** The kinds of jobs, by service. A name that matches no row here is that of an operation. */
export const KINDS: readonly Kind[] = [
  vertexAi('customJobs', 'JOB_STATE_', {}),
  vertexAi('hyperparameterTuningJobs', 'JOB_STATE_', {}),
  vertexAi('batchPredictionJobs', 'JOB_STATE_', {}),
  vertexPipeline('pipelineJobs'),
  vertexPipeline('trainingPipelines'),
  vertexAi('nasJobs', 'JOB_STATE_', {}),
  vertexAi('dataLabelingJobs', 'JOB_STATE_', {}),
];
