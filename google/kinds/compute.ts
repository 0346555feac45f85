import { anyOf, LOCATION, type Kind } from './kind.js';

const DEPLOY = 'clouddeploy.googleapis.com';
const PIPELINE = `${LOCATION}/deliveryPipelines/*`;

/** A kind of Migrate to Virtual Machines. */
function migration(pattern: string, more: Partial<Kind>): Kind {
  return { service: 'vmmigration.googleapis.com', names: [`${LOCATION}/${pattern}/*`], ...more };
}

/** The kinds of the services that build, deploy and run, from their discovery documents of November 2026. */
export const COMPUTE_KINDS: readonly Kind[] = [
  {
    service: 'run.googleapis.com',
    names: [`${LOCATION}/jobs/*/executions/*`],
    read: 'run',
    state: 'conditions',
    evidence: { CANCELLED: 'conditions.executionReason' },
    times: { create: 'createTime', start: 'startTime', end: 'completionTime' },
    list: { acrossParents: true },
  },
  {
    service: 'cloudbuild.googleapis.com',
    names: [`${LOCATION}/builds/*`, 'projects/*/builds/*'],
    state: 'status',
    ends: {
      SUCCESS: 'COMPLETED',
      FAILURE: 'FAILED',
      INTERNAL_ERROR: 'FAILED',
      TIMEOUT: 'FAILED',
      EXPIRED: 'FAILED',
    },
    error: 'statusDetail',
    times: { create: 'createTime', start: 'startTime', end: 'finishTime' },
    id: 'id',
    // Both are required, whichever of the two names the URL has.
    cancel: { body: { projectId: '{1}', id: '{-1}' } },
    list: { running: anyOf(['PENDING', 'QUEUED', 'WORKING'], '', 'status') },
  },
  {
    service: 'batch.googleapis.com',
    names: [`${LOCATION}/jobs/*`],
    state: 'status.state',
    times: { create: 'createTime' },
  },
  {
    service: DEPLOY,
    names: [`${PIPELINE}/releases/*/rollouts/*`],
    ends: { APPROVAL_REJECTED: 'FAILED' },
    error: 'failureReason',
    times: { create: 'createTime', start: 'deployStartTime', end: 'deployEndTime' },
  },
  {
    service: DEPLOY,
    names: [`${PIPELINE}/automationRuns/*`],
    ends: { ABORTED: 'FAILED' },
    error: 'stateDescription',
    times: { create: 'createTime' },
    list: { running: anyOf(['IN_PROGRESS', 'PENDING']) },
  },
  {
    service: DEPLOY,
    names: [`${PIPELINE}/releases/*/rollouts/*/jobRuns/*`],
    ends: { TERMINATED: 'CANCELLED' },
    stopping: ['TERMINATING'],
    cancel: { verb: ':terminate' },
  },
  migration('sources/*/migratingVms/*/cloneJobs', { error: 'error', times: { create: 'createTime', end: 'endTime' } }),
  migration('sources/*/migratingVms/*/cutoverJobs', {
    error: 'error',
    times: { create: 'createTime', end: 'endTime' },
  }),
  migration('sources/*/diskMigrationJobs', { error: 'errors', times: { create: 'createTime' } }),
  migration('imageImports/*/imageImportJobs', { error: 'errors', times: { create: 'createTime', end: 'endTime' } }),
  {
    service: 'osconfig.googleapis.com',
    names: ['projects/*/patchJobs/*'],
    ends: { COMPLETED_WITH_INACTIVE_VMS: 'COMPLETED', COMPLETED_WITH_ERRORS: 'COMPLETED', TIMED_OUT: 'FAILED' },
    error: 'errorMessage',
    times: { create: 'createTime' },
    list: { displayName: 'displayName' },
  },
  {
    service: 'gkehub.googleapis.com',
    names: [`${LOCATION}/rollouts/*`],
    ends: { COMPLETED: 'COMPLETED' },
    error: 'stateReason',
    times: { create: 'createTime', end: 'completeTime' },
    list: { displayName: 'displayName' },
  },
  {
    service: 'testing.googleapis.com',
    names: ['projects/*/testMatrices/*'],
    read: 'matrix',
    ends: { FINISHED: 'COMPLETED', ERROR: 'FAILED', INVALID: 'FAILED' },
    evidence: { CANCELLED: 'testExecutions.state' },
    times: { create: 'timestamp' },
    id: 'testMatrixId',
    list: { none: 'Firebase Test Lab has no list of test matrices' },
  },
  {
    service: 'websecurityscanner.googleapis.com',
    names: ['projects/*/scanConfigs/*/scanRuns/*'],
    // `executionState` is FINISHED however it ended; this is unspecified until then.
    state: 'resultState',
    ends: { SUCCESS: 'COMPLETED', ERROR: 'FAILED', KILLED: 'CANCELLED' },
    error: 'errorTrace.code',
    times: { start: 'startTime', end: 'endTime' },
    cancel: { verb: ':stop' },
  },
  {
    service: 'ml.googleapis.com',
    names: ['projects/*/jobs/*'],
    error: 'errorMessage',
    id: 'jobId',
  },
];
