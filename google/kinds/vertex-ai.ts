import { anyOf, LOCATION, type Kind } from './kind.js';

/** google/cloud/aiplatform/v1/pipeline_state.proto. `PAUSED` can be resumed. */
const PIPELINE_STATES = ['QUEUED', 'PENDING', 'RUNNING', 'CANCELLING', 'PAUSED'];
/** google/cloud/aiplatform/v1/job_state.proto. `UPDATING` goes back to `RUNNING`. */
const JOB_STATES = [...PIPELINE_STATES, 'UPDATING'];

/** A kind of Vertex AI, in v1 and v1beta1 alike (discovery documents of November 2026). */
function vertexAi(collection: string, more: Partial<Kind> = {}): Kind {
  return {
    service: 'aiplatform.googleapis.com',
    names: [`${LOCATION}/${collection}/*`],
    prefix: 'JOB_STATE_',
    ends: { EXPIRED: 'FAILED', PARTIALLY_SUCCEEDED: 'COMPLETED' },
    error: 'error',
    list: { running: anyOf(JOB_STATES, 'JOB_STATE_'), displayName: 'displayName' },
    ...more,
  };
}

const PIPELINE: Partial<Kind> = {
  prefix: 'PIPELINE_STATE_',
  ends: {},
  list: { running: anyOf(PIPELINE_STATES, 'PIPELINE_STATE_'), displayName: 'displayName' },
};

export const VERTEX_AI_KINDS: readonly Kind[] = [
  vertexAi('customJobs'),
  vertexAi('hyperparameterTuningJobs'),
  vertexAi('batchPredictionJobs'),
  vertexAi('pipelineJobs', PIPELINE),
  vertexAi('trainingPipelines', PIPELINE),
  vertexAi('nasJobs'),
  vertexAi('dataLabelingJobs', { times: { create: 'createTime' } }),
  // The fields that the lists of these two can be filtered by are not published.
  vertexAi('tuningJobs', { list: { displayName: 'tunedModelDisplayName' } }),
  vertexAi('evaluationRuns', {
    prefix: '',
    ends: {},
    times: { create: 'createTime', end: 'completionTime' },
    list: { displayName: 'displayName' },
  }),
];
