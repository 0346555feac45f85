import type { CancelOperationInput } from '../../contract/input.js';
import type { OperationScript } from '../../emulator/index.js';

/** One operation of the demonstration: how Google has it behave, and what is asked of it. */
export interface Scenario {
  /** What the lines and the table call it. */
  label: string;
  /** It is cancelled at once, or watched and aborted later. */
  way: 'cancel' | 'watch';
  input: CancelOperationInput;
  script: OperationScript;
  /** What happens to it while no worker is there; left out where its outcome is known before. */
  meanwhile?: 'completes' | 'expires' | 'is aborted' | 'runs on';
}

const LOCATION = 'projects/acme/locations/us-central1';

/** Who asks for the abort of the operation that is watched, and why. */
export const abort = { reason: 'worse recall', requestedBy: 'li@acme.example' };

/** One operation for each way a cancellation can end. */
export const scenarios: readonly Scenario[] = [
  role('model upload', 'models/5120774/operations/6620318842015744000', {
    type: 'UploadModel',
    reason: 'wrong container',
    requestedBy: 'ana@acme.example',
    script: { completesAfterMs: 0 },
  }),
  role('dataset import', 'datasets/4107725/operations/2285471590338560000', {
    type: 'ImportData',
    reason: "last year's images",
    requestedBy: 'ana@acme.example',
    script: { onCancel: { kind: 'wins', afterMs: 1_500 } },
  }),
  role('RAG file import', 'ragCorpora/8810034/ragFiles/7/operations/9013342178492416000', {
    type: 'ImportRagFiles',
    reason: 'wrong folder',
    requestedBy: 'tom@acme.example',
    script: {
      onCancel: { kind: 'fails', code: 10, message: 'The corpus is being deleted.', afterMs: 2_000 },
    },
  }),
  role('model deployment', 'endpoints/3302119/operations/4471920055631872000', {
    type: 'DeployModel',
    reason: 'idle replicas',
    requestedBy: 'budgets@acme.example',
    script: { onCancel: { kind: 'refused' } },
  }),
  role('index deployment', 'indexEndpoints/7203451/operations/1174430268907520000', {
    type: 'DeployIndex',
    reason: 'over budget',
    requestedBy: 'budgets@acme.example',
    script: { onCancel: { kind: 'loses' } },
    meanwhile: 'completes',
  }),
  role('feature import', 'featurestores/clicks/operations/5530816647233536000', {
    type: 'ImportFeatureValues',
    reason: 'stale source table',
    requestedBy: 'tom@acme.example',
    script: { onCancel: { kind: 'ignored' } },
    more: { notFoundGrace: '2s' },
    meanwhile: 'expires',
  }),
  role('model tuning', 'tuningJobs/6644102/operations/3807156902461440000', {
    type: 'CreateTuningJob',
    reason: 'loss went up',
    requestedBy: 'li@acme.example',
    script: { onCancel: { kind: 'ignored' } },
    more: { timeout: '18s' },
    meanwhile: 'runs on',
  }),
  role('index rebuild', 'indexes/2290865/operations/7749021536174080000', {
    type: 'UpdateIndex',
    way: 'watch',
    script: { onCancel: { kind: 'wins', afterMs: 1_000 } },
    meanwhile: 'is aborted',
  }),
];

interface Part {
  /** The part before `OperationMetadata` in the name of its metadata message. */
  type: string;
  way?: Scenario['way'];
  reason?: string;
  requestedBy?: string;
  more?: Partial<CancelOperationInput>;
  script: Omit<OperationScript, 'name'>;
  meanwhile?: Scenario['meanwhile'];
}

function role(label: string, path: string, part: Part): Scenario {
  const name = `${LOCATION}/${path}`;
  const { type, way = 'cancel', reason, requestedBy, meanwhile } = part;
  return {
    label,
    way,
    input: {
      name,
      ...(reason !== undefined && { reason }),
      ...(requestedBy !== undefined && { requestedBy }),
      ...part.more,
    },
    script: {
      name,
      metadata: { '@type': `type.googleapis.com/google.cloud.aiplatform.v1beta1.${type}OperationMetadata` },
      ...part.script,
    },
    ...(meanwhile !== undefined && { meanwhile }),
  };
}
