import { anyOf, LOCATION, type Kind } from './kind.js';

const DATAPROC = 'dataproc.googleapis.com';
const DATAPLEX = 'dataplex.googleapis.com';

/** The kinds of the services that process data, from their discovery documents of November 2026. */
export const DATA_KINDS: readonly Kind[] = [
  {
    service: 'bigquery.googleapis.com',
    // The name is ours: it has the location, which get and cancel need outside of `us` and `eu`.
    names: [`${LOCATION}/jobs/*`],
    read: 'bigquery',
    state: 'status.state',
    error: 'status.errorResult',
    evidence: { CANCELLED: 'status.errorResult.reason', FAILED: 'status.errorResult' },
    times: { create: 'statistics.creationTime', start: 'statistics.startTime', end: 'statistics.endTime' },
    id: 'jobReference.jobId',
    path: 'projects/{1}/jobs/{3}',
    query: { location: '{2}' },
    cancel: { verb: '/cancel' },
    list: {
      running: ['pending', 'running'],
      filterIn: 'stateFilter',
      pageSizeIn: 'maxResults',
      // Without the former only the caller's own jobs are listed, and without the latter `status` is left out.
      query: { allUsers: 'true', projection: 'full' },
      location: 'jobReference.location',
    },
  },
  {
    service: 'dataflow.googleapis.com',
    names: [`${LOCATION}/jobs/*`],
    state: 'currentState',
    prefix: 'JOB_STATE_',
    ends: { DONE: 'COMPLETED', UPDATED: 'COMPLETED', DRAINED: 'COMPLETED' },
    early: ['QUEUED', 'PENDING'],
    times: { create: 'createTime', start: 'startTime', end: 'currentStateTime' },
    id: 'id',
    cancel: { method: 'PUT', verb: '', body: { requestedState: 'JOB_STATE_CANCELLED' } },
    list: { running: 'ACTIVE', displayName: 'name', unreachable: 'failedLocation.name' },
  },
  {
    service: DATAPROC,
    names: ['projects/*/regions/*/jobs/*'],
    state: 'status.state',
    // ATTEMPT_FAILURE is followed by another attempt.
    ends: { DONE: 'COMPLETED', ERROR: 'FAILED' },
    early: ['SETUP_DONE'],
    error: 'status.details',
    times: { end: 'status.stateStartTime' },
    id: 'reference.jobId',
    list: { running: 'status.state = ACTIVE' },
  },
  {
    service: DATAPROC,
    names: [`${LOCATION}/batches/*`],
    error: 'stateMessage',
    times: { create: 'createTime', end: 'stateTime' },
    cancel: { through: 'operation' },
    list: { running: 'state = RUNNING OR state = PENDING OR state = CANCELLING' },
  },
  {
    service: DATAPROC,
    names: [`${LOCATION}/sessions/*`],
    // It is TERMINATED as well once its time is up.
    ends: { TERMINATED: 'CANCELLED' },
    stopping: ['TERMINATING'],
    error: 'stateMessage',
    times: { create: 'createTime', end: 'stateTime' },
    cancel: { verb: ':terminate' },
    list: { running: 'state = ACTIVE OR state = CREATING OR state = TERMINATING' },
  },
  {
    service: 'dataform.googleapis.com',
    names: [`${LOCATION}/repositories/*/workflowInvocations/*`],
    times: { start: 'invocationTiming.startTime', end: 'invocationTiming.endTime' },
  },
  {
    service: 'dlp.googleapis.com',
    names: [`${LOCATION}/dlpJobs/*`, 'projects/*/dlpJobs/*'],
    ends: { DONE: 'COMPLETED' },
    error: 'errors.details',
    // The filter knows no ACTIVE, and calls DONE FINISHED. One list has one `type` of jobs, by default inspections.
    list: {
      array: 'jobs',
      leavesOut: 'jobs of risk analysis',
      running: 'state != FINISHED AND state != CANCELED AND state != FAILED',
    },
  },
  {
    service: DATAPLEX,
    names: [`${LOCATION}/lakes/*/tasks/*/jobs/*`],
    kind: 'taskJobs',
    // "The job was cancelled outside of Dataplex".
    ends: { ABORTED: 'CANCELLED' },
    error: 'message',
    times: { start: 'startTime', end: 'endTime' },
  },
  {
    service: DATAPLEX,
    names: [`${LOCATION}/dataScans/*/jobs/*`],
    kind: 'dataScanJobs',
    ends: { SUCCEEDED_WITH_ERRORS: 'COMPLETED' },
    error: 'message',
    list: { array: 'dataScanJobs' },
  },
  {
    service: DATAPLEX,
    names: [`${LOCATION}/metadataJobs/*`],
    state: 'status.state',
    ends: { SUCCEEDED_WITH_ERRORS: 'COMPLETED' },
    error: 'status.message',
    times: { create: 'createTime', end: 'status.updateTime' },
    list: { unreachable: 'unreachableLocations' },
  },
  {
    service: 'storagebatchoperations.googleapis.com',
    names: [`${LOCATION}/jobs/*`],
    times: { create: 'createTime', end: 'completeTime' },
  },
  {
    service: 'workflowexecutions.googleapis.com',
    names: [`${LOCATION}/workflows/*/executions/*`],
    // `error` has data that the workflow returned.
    list: { running: anyOf(['ACTIVE', 'QUEUED']) },
  },
  {
    service: 'integrations.googleapis.com',
    names: [`${LOCATION}/integrations/*/executions/*`],
    state: 'executionDetails.state',
    times: { create: 'createTime' },
    // An execution IN_PROCESS is not cancelled.
    cancel: { accepted: 'isCanceled' },
  },
];
