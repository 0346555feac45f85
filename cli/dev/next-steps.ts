import { DEFAULT_TASK_QUEUE } from '../../contract/names.js';
import type { OperationScript } from '../../emulator/index.js';
import { withProgram } from '../output/program.js';

const PARENT = 'projects/demo/locations/us-central1';
const BIGQUERY = 'bigquery.googleapis.com';
const BIGQUERY_JOB = 'projects/demo/locations/EU/jobs/bquxjob_1';

/** The operations in the emulator of `dev`: one for each command that {@link nextSteps} and the README have. */
export function sampleScripts(createTime = new Date().toISOString()): OperationScript[] {
  return [
    { name: `${PARENT}/operations/1`, onCancel: { kind: 'wins', afterMs: 3_000 }, metadata: { createTime } },
    { name: `${PARENT}/operations/2`, onCancel: { kind: 'loses', afterMs: 5_000 }, metadata: { createTime } },
    { name: `${PARENT}/operations/3`, onCancel: { kind: 'refused' }, metadata: { createTime } },
    { name: `${PARENT}/operations/4`, onCancel: { kind: 'wins', afterMs: 1_000 }, metadata: { createTime } },
    { name: `${PARENT}/customJobs/123`, onCancel: { kind: 'wins', afterMs: 2_000 } },
    { name: BIGQUERY_JOB, service: BIGQUERY, onCancel: { kind: 'wins', afterMs: 2_000 } },
  ];
}

/** The addresses of the services of `dev`. */
export interface DevServices {
  /** `host:port` of Temporal. */
  address: string;
  /** The URL of Temporal's HTTP API. */
  httpUrl: string;
  workflowsUrl: string;
  taskQueue: string;
  emulatorHost?: string | undefined;
}

/** The commands to type next in another terminal; they work as they are. */
export function nextSteps({ address, httpUrl, workflowsUrl, taskQueue, emulatorHost }: DevServices): string {
  const settings = [
    `export TEMPORAL_ADDRESS=${address} TEMPORAL_NAMESPACE=default`,
    `export TEMPORAL_HTTP_ADDRESS=${httpUrl}   # for curl`,
    ...(taskQueue === DEFAULT_TASK_QUEUE ? [] : [`export TEMPORAL_TASK_QUEUE=${taskQueue}`]),
    ...(emulatorHost === undefined ? [] : [`export OPERATIONS_EMULATOR_HOST=${emulatorHost}`]),
  ];
  const commands =
    emulatorHost === undefined
      ? [
          '# Insert the project, the location and the id of an operation of yours:',
          'temporal-lro list --parent projects/PROJECT/locations/LOCATION',
          'temporal-lro cancel projects/PROJECT/locations/LOCATION/operations/ID',
        ]
      : [
          `temporal-lro list --parent ${PARENT}`,
          '# One cancel that wins, one that the operation wins, one that is refused:',
          ...[1, 2, 3].map((id) => `temporal-lro cancel ${PARENT}/operations/${id}`),
          '# Two jobs:',
          `temporal-lro cancel ${PARENT}/customJobs/123`,
          `temporal-lro cancel ${BIGQUERY_JOB} \\`,
          `  --service ${BIGQUERY}`,
          '# A watch in the background, then an abort:',
          `temporal-lro watch ${PARENT}/operations/4 &`,
          `temporal-lro abort ${PARENT}/operations/4`,
          '# Another operation, then a cancel of everything that runs:',
          `curl http://${emulatorHost}/emulator/operations \\`,
          `  -d '{"name":"${PARENT}/operations/5"}'`,
          `temporal-lro cancel-all --parent ${PARENT}`,
        ];
  return [
    '',
    `Temporal UI: ${workflowsUrl}`,
    '',
    'Type this in another terminal:',
    '',
    ...[...settings, ...commands].map((line) => `  ${withProgram(line)}`),
    '',
  ].join('\n');
}
