import type { OperationScript } from '../../../emulator/index.js';

export const PARENT = 'projects/p/locations/us-central1';

/** A job, and what Google's Python clients get, cancel and list it with, as expressions for clients.py. */
interface PythonJob {
  what: string;
  script: OperationScript;
  /** Gives a word. */
  get: string;
  cancel: string;
  /** Gives those that run. */
  list: string;
  /** While it runs, and once it was cancelled. */
  words: [string, string];
}

export const pythonJobs: readonly PythonJob[] = [
  {
    what: 'Vertex AI, custom',
    script: { name: `${PARENT}/customJobs/1` },
    get: `custom_jobs.get_custom_job(name='${PARENT}/customJobs/1').state.name`,
    cancel: `custom_jobs.cancel_custom_job(name='${PARENT}/customJobs/1')`,
    list: `[x.name for x in custom_jobs.list_custom_jobs(request={'parent': '${PARENT}', 'filter': 'state="JOB_STATE_RUNNING"'})]`,
    words: ['JOB_STATE_RUNNING', 'JOB_STATE_CANCELLED'],
  },
  {
    what: 'Vertex AI, pipeline',
    script: { name: `${PARENT}/pipelineJobs/1` },
    get: `pipelines.get_pipeline_job(name='${PARENT}/pipelineJobs/1').state.name`,
    cancel: `pipelines.cancel_pipeline_job(name='${PARENT}/pipelineJobs/1')`,
    list: `[x.name for x in pipelines.list_pipeline_jobs(request={'parent': '${PARENT}', 'filter': 'state="PIPELINE_STATE_RUNNING"'})]`,
    words: ['PIPELINE_STATE_RUNNING', 'PIPELINE_STATE_CANCELLED'],
  },
  {
    what: 'BigQuery',
    script: { service: 'bigquery.googleapis.com', name: `${PARENT}/jobs/q` },
    get: "str((queries.get_job('q', location='us-central1').error_result or {}).get('reason'))",
    cancel: "queries.cancel_job('q', location='us-central1').state",
    list: "[x.job_id for x in queries.list_jobs(all_users=True, state_filter='running')]",
    words: ['None', 'stopped'],
  },
  {
    what: 'Dataproc',
    script: { service: 'dataproc.googleapis.com', name: 'projects/p/regions/r/jobs/s' },
    get: "spark.get_job(project_id='p', region='r', job_id='s').status.state.name",
    cancel: "spark.cancel_job(project_id='p', region='r', job_id='s').status.state.name",
    list: "[x.reference.job_id for x in spark.list_jobs(request={'project_id': 'p', 'region': 'r', 'filter': 'status.state = ACTIVE'})]",
    words: ['RUNNING', 'CANCELLED'],
  },
  {
    what: 'Dataproc, batch',
    script: { service: 'dataproc.googleapis.com', name: `${PARENT}/batches/b` },
    get: `serverless.get_batch(name='${PARENT}/batches/b').state.name`,
    cancel: `serverless.cancel_operation({'name': serverless.get_batch(name='${PARENT}/batches/b').operation})`,
    list: `[x.name for x in serverless.list_batches(request={'parent': '${PARENT}', 'filter': 'state = RUNNING'})]`,
    words: ['RUNNING', 'CANCELLED'],
  },
  {
    what: 'Cloud Run',
    script: { service: 'run.googleapis.com', name: `${PARENT}/jobs/j/executions/e` },
    get: `executions.get_execution(name='${PARENT}/jobs/j/executions/e').conditions[-1].execution_reason.name`,
    cancel: `executions.cancel_execution(name='${PARENT}/jobs/j/executions/e').operation.name`,
    list: `[x.name for x in executions.list_executions(parent='${PARENT}/jobs/-') if x.cancelled_count == 0]`,
    words: ['EXECUTION_REASON_UNDEFINED', 'CANCELLED'],
  },
  {
    what: 'Cloud Build',
    script: { service: 'cloudbuild.googleapis.com', name: 'projects/p/builds/x' },
    get: "builds.get_build(project_id='p', id='x').status.name",
    cancel: "builds.cancel_build(project_id='p', id='x').status.name",
    list: `[x.id for x in builds.list_builds(project_id='p', filter='status="WORKING" OR status="QUEUED"')]`,
    words: ['WORKING', 'CANCELLED'],
  },
  {
    what: 'Batch',
    script: { service: 'batch.googleapis.com', name: `${PARENT}/jobs/b` },
    get: `batch.get_job(name='${PARENT}/jobs/b').status.state.name`,
    cancel: `batch.cancel_job(request={'name': '${PARENT}/jobs/b'}).operation.name`,
    list: `[x.name for x in batch.list_jobs(parent='${PARENT}') if x.status.state.name == 'RUNNING']`,
    words: ['RUNNING', 'CANCELLED'],
  },
];
