import type { CancelOperationInput } from '../../contract/input.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import type { OperationScript } from '../../emulator/index.js';

/** One operation of the demonstration: how the emulator has it behave, and what is asked of temporal-lro. */
export interface Scenario {
  /** Its name in the log and in the table. */
  label: string;
  /** Whether it is cancelled at once, or watched and aborted later. */
  command: 'cancel' | 'watch';
  input: CancelOperationInput;
  script: OperationScript;
  /** What happens to it while no worker runs; left out if it ends before that. */
  withoutWorker?: 'completes' | 'expires' | 'is aborted' | 'runs on';
}

const LOCATION = 'projects/acme/locations/us-central1';

/** The abort of the operation that is watched. */
export const abortOfWatch = { reason: 'worse recall', requestedBy: 'li@acme.example' };

/** One operation for each way in which a cancellation can end. */
export const scenarios: readonly Scenario[] = [
  scenario('model upload', 'models/5120774/operations/6620318842015744000', {
    type: 'UploadModel',
    reason: 'wrong container',
    requestedBy: 'ana@acme.example',
    script: { completesAfterMs: 0 },
  }),
  scenario('dataset import', 'datasets/4107725/operations/2285471590338560000', {
    type: 'ImportData',
    reason: "last year's images",
    requestedBy: 'ana@acme.example',
    script: { onCancel: { kind: 'wins', afterMs: 1_500 } },
  }),
  scenario('RAG file import', 'ragCorpora/8810034/ragFiles/7/operations/9013342178492416000', {
    type: 'ImportRagFiles',
    reason: 'wrong folder',
    requestedBy: 'tom@acme.example',
    script: {
      onCancel: { kind: 'fails', code: 10, message: 'The corpus is being deleted.', afterMs: 2_000 },
    },
  }),
  scenario('model deployment', 'endpoints/3302119/operations/4471920055631872000', {
    type: 'DeployModel',
    reason: 'idle replicas',
    requestedBy: 'budgets@acme.example',
    script: { onCancel: { kind: 'refused' } },
  }),
  scenario('index deployment', 'indexEndpoints/7203451/operations/1174430268907520000', {
    type: 'DeployIndex',
    reason: 'over budget',
    requestedBy: 'budgets@acme.example',
    script: { onCancel: { kind: 'loses' } },
    withoutWorker: 'completes',
  }),
  scenario('feature import', 'featurestores/clicks/operations/5530816647233536000', {
    type: 'ImportFeatureValues',
    reason: 'stale source table',
    requestedBy: 'tom@acme.example',
    script: { onCancel: { kind: 'ignored' } },
    more: { notFoundGrace: '2s' },
    withoutWorker: 'expires',
  }),
  scenario('model tuning', 'tuningJobs/6644102/operations/3807156902461440000', {
    type: 'CreateTuningJob',
    reason: 'loss went up',
    requestedBy: 'li@acme.example',
    script: { onCancel: { kind: 'ignored' } },
    more: { timeout: '18s' },
    withoutWorker: 'runs on',
  }),
  scenario('index rebuild', 'indexes/2290865/operations/7749021536174080000', {
    type: 'UpdateIndex',
    command: 'watch',
    script: { onCancel: { kind: 'wins', afterMs: 1_000 } },
    withoutWorker: 'is aborted',
  }),
];

interface ScenarioOptions {
  /** Its metadata message is named `{type}OperationMetadata`. */
  type: string;
  command?: Scenario['command'];
  reason?: string;
  requestedBy?: string;
  more?: Partial<CancelOperationInput>;
  script: Omit<OperationScript, 'name'>;
  withoutWorker?: Scenario['withoutWorker'];
}

function scenario(label: string, path: string, options: ScenarioOptions): Scenario {
  const name = `${LOCATION}/${path}`;
  const { type, command = 'cancel', reason, requestedBy, withoutWorker } = options;
  return {
    label,
    command,
    input: withoutUndefined({ name, reason, requestedBy, ...options.more }),
    script: {
      name,
      metadata: { '@type': `type.googleapis.com/google.cloud.aiplatform.v1beta1.${type}OperationMetadata` },
      ...options.script,
    },
    withoutWorker,
  };
}
