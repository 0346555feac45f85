import type { CancelOperationInput } from '../../contract/input.js';
import type { OperationScript } from '../../emulator/index.js';

/** One operation or job of the demonstration: its behaviour in the emulator, and the request to temporal-lro. */
export interface Scenario {
  /** Its name in the log and in the table. */
  label: string;
  /** The request: a cancel at once, or a watch that is aborted later. */
  command: 'cancel' | 'watch';
  input: CancelOperationInput;
  script: OperationScript;
  /** The event while no worker runs; absent if the operation ends before that. */
  withoutWorker?: 'completes' | 'expires' | 'is aborted' | 'runs on';
}

const LOCATION = 'projects/acme/locations/us-central1';

/** The abort of the operation that is watched. */
export const abortOfWatch = { reason: 'worse recall', requestedBy: 'li@acme.example' };

/** The service of the query. Its jobs have the answer to a cancel in common with operations, and nothing else. */
const BIGQUERY = 'bigquery.googleapis.com';

/** The services of the scenarios. */
export const services = ['aiplatform.googleapis.com', BIGQUERY];

/** One operation for each way in which a cancellation can end, and two jobs. */
export const scenarios: readonly Scenario[] = [
  scenario('model upload', 'models/5120774/operations/6620318842015744000', 'UploadModel', {
    input: { reason: 'wrong container', requestedBy: 'ana@acme.example' },
    script: { completesAfterMs: 0 },
  }),
  scenario('dataset import', 'datasets/4107725/operations/2285471590338560000', 'ImportData', {
    input: { reason: "last year's images", requestedBy: 'ana@acme.example' },
    script: { onCancel: { kind: 'wins', afterMs: 1_500 } },
  }),
  scenario('RAG file import', 'ragCorpora/8810034/ragFiles/7/operations/9013342178492416000', 'ImportRagFiles', {
    input: { reason: 'wrong folder', requestedBy: 'tom@acme.example' },
    script: {
      onCancel: { kind: 'fails', code: 10, message: 'The corpus is being deleted.', afterMs: 2_000 },
    },
  }),
  scenario('model deployment', 'endpoints/3302119/operations/4471920055631872000', 'DeployModel', {
    input: { reason: 'idle replicas', requestedBy: 'budgets@acme.example' },
    script: { onCancel: { kind: 'refused' } },
  }),
  job('custom job', 'customJobs/8812340976255041536', {
    input: { reason: 'wrong learning rate', requestedBy: 'li@acme.example' },
    script: { onCancel: { kind: 'wins', afterMs: 1_500 }, cancelledWithError: false },
  }),
  job('BigQuery query', 'jobs/bquxjob_5b1f0a4c_19ae3d77c21', {
    input: { service: BIGQUERY, reason: 'scans every table', requestedBy: 'ana@acme.example' },
    script: { onCancel: { kind: 'loses', afterMs: 1_500 } },
  }),
  scenario('index deployment', 'indexEndpoints/7203451/operations/1174430268907520000', 'DeployIndex', {
    input: { reason: 'over budget', requestedBy: 'budgets@acme.example' },
    script: { onCancel: { kind: 'loses' } },
    withoutWorker: 'completes',
  }),
  scenario('feature import', 'featurestores/clicks/operations/5530816647233536000', 'ImportFeatureValues', {
    input: { reason: 'stale source table', requestedBy: 'tom@acme.example', notFoundGrace: '2s' },
    script: { onCancel: { kind: 'ignored' } },
    withoutWorker: 'expires',
  }),
  scenario('model tuning', 'tuningJobs/6644102/operations/3807156902461440000', 'CreateTuningJob', {
    input: { reason: 'loss went up', requestedBy: 'li@acme.example', timeout: '18s' },
    script: { onCancel: { kind: 'ignored' } },
    withoutWorker: 'runs on',
  }),
  scenario('index rebuild', 'indexes/2290865/operations/7749021536174080000', 'UpdateIndex', {
    command: 'watch',
    script: { onCancel: { kind: 'wins', afterMs: 1_000 } },
    withoutWorker: 'is aborted',
  }),
];

interface ScenarioOptions extends Pick<Scenario, 'withoutWorker'> {
  /** Default: `cancel`. */
  command?: Scenario['command'];
  input?: Omit<CancelOperationInput, 'name'>;
  script: Omit<OperationScript, 'name'>;
}

function job(label: string, path: string, { input, script }: ScenarioOptions): Scenario {
  const name = `${LOCATION}/${path}`;
  const service = input?.service;
  return {
    command: 'cancel',
    label,
    input: { name, ...input },
    script: { name, ...(service && { service }), ...script },
  };
}

/** @param type the metadata message is named `{type}OperationMetadata` */
function scenario(label: string, path: string, type: string, options: ScenarioOptions): Scenario {
  const name = `${LOCATION}/${path}`;
  const metadata = { '@type': `type.googleapis.com/google.cloud.aiplatform.v1beta1.${type}OperationMetadata` };
  return {
    command: 'cancel',
    ...options,
    label,
    input: { name, ...options.input },
    script: { name, metadata, ...options.script },
  };
}
