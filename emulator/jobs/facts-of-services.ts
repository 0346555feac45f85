import type { JobFacts } from './facts.js';

const DATAFLOW_REFUSAL: JobFacts['refusal'] = ({ id, word, done }) =>
  `Operation cancel not allowed for JOB ${id}. ` +
  (done
    ? `Job has terminated in state ${word}.`
    : 'Job is not yet ready for canceling. Please retry in a few minutes.');

const DONE = { completed: 'DONE', failed: 'DONE', cancelled: 'DONE' };

/** By service, or by service and kind. The sources are those of the table of kinds; each is read here on its own. */
export const FACTS: Readonly<Record<string, Partial<JobFacts>>> = {
  'aiplatform.googleapis.com': {
    cancelling: 'CANCELLING',
    cancelledWithError: true,
    refusesWhenDone: true,
    refusal: ({ type, name, word }) => `The ${type} "${name}" is in state ${word} and cannot be canceled.`,
  },
  'aiplatform.googleapis.com customJobs': {
    more: (value) => ({
      jobSpec: { workerPoolSpecs: [{ containerSpec: { imageUri: 'train', env: [{ name: 'API_KEY', value }] } }] },
    }),
  },
  // A pipeline job that was cancelled has been seen without an error.
  'aiplatform.googleapis.com pipelineJobs': {
    cancelledWithError: false,
    more: (value) => ({ runtimeConfig: { parameterValues: { password: value } } }),
  },
  'aiplatform.googleapis.com batchPredictionJobs': { cancelledWithError: false },
  'aiplatform.googleapis.com dataLabelingJobs': { cancelledWithError: false },
  'aiplatform.googleapis.com evaluationRuns': { cancelling: undefined },
  'aiplatform.googleapis.com tasks': {
    running: 'WORKING',
    cancelling: undefined,
    completed: 'COMPLETED',
    answer: 'job',
    refusesWhenDone: false,
  },
  'batch.googleapis.com': { cancelling: 'CANCELLATION_IN_PROGRESS', answer: 'operation' },
  'bigquery.googleapis.com': {
    ...DONE,
    answer: 'bigquery',
    more: (value) => ({ configuration: { jobType: 'QUERY', query: { query: `SELECT '${value}'` } } }),
  },
  'cloudbuild.googleapis.com': {
    running: 'WORKING',
    completed: 'SUCCESS',
    failed: 'FAILURE',
    answer: 'job',
    refusesWhenDone: true,
    isNamed: true,
    more: (value) => ({ substitutions: { _TOKEN: value } }),
  },
  'clouddeploy.googleapis.com': { running: 'IN_PROGRESS', cancelling: 'CANCELLING' },
  'clouddeploy.googleapis.com automationRuns': { cancelling: undefined, refusesWhenDone: true },
  'clouddeploy.googleapis.com jobRuns': { cancelling: undefined, cancelled: 'TERMINATED', refusesWhenDone: true },
  'compute.googleapis.com': { ...DONE },
  'container.googleapis.com': {
    ...DONE,
    cancelling: 'ABORTING',
    cancelledWithError: true,
  },
  'dataflow.googleapis.com': {
    cancelling: 'CANCELLING',
    completed: 'DONE',
    answer: 'job',
    refusesWhenDone: true,
    refusesIn: { words: ['QUEUED', 'PENDING'] },
    refusal: DATAFLOW_REFUSAL,
    more: (value) => ({ environment: { sdkPipelineOptions: { options: { password: value } } } }),
  },
  'dataform.googleapis.com': { cancelling: 'CANCELING' },
  'dataplex.googleapis.com': { cancelling: 'CANCELLING' },
  'dataplex.googleapis.com dataScanJobs': { cancelling: 'CANCELING' },
  'dataplex.googleapis.com metadataJobs': { cancelling: 'CANCELING', cancelled: 'CANCELED' },
  'dataproc.googleapis.com batches': { cancelling: 'CANCELLING' },
  'dataproc.googleapis.com jobs': {
    cancelling: 'CANCEL_PENDING',
    completed: 'DONE',
    failed: 'ERROR',
    answer: 'job',
    refusesWhenDone: true,
    refusesIn: { words: ['PENDING', 'RUNNING'], allBut: true },
    refusal: ({ id, word }) =>
      `Cannot cancel jobId '${id}' with state '${word}'; cancellable states: '[PENDING, RUNNING]'`,
    filterWord: (_, done) => (done ? 'NON_ACTIVE' : 'ACTIVE'),
    more: (value) => ({ pysparkJob: { mainPythonFileUri: 'gs://b/main.py', args: [`--password=${value}`] } }),
  },
  'dataproc.googleapis.com sessions': {
    running: 'ACTIVE',
    cancelling: 'TERMINATING',
    completed: 'TERMINATED',
    cancelled: 'TERMINATED',
    answer: 'operation',
  },
  'dlp.googleapis.com': {
    completed: 'DONE',
    cancelled: 'CANCELED',
    filterWord: (word) => (word === 'DONE' ? 'FINISHED' : word),
  },
  'gkehub.googleapis.com': { completed: 'COMPLETED', answer: 'operation' },
  'integrations.googleapis.com': { running: 'PROCESSING', answer: 'isCanceled' },
  'ml.googleapis.com': { cancelling: 'CANCELLING' },
  'osconfig.googleapis.com': {
    running: 'PATCHING',
    failed: 'TIMED_OUT',
    cancelled: 'CANCELED',
    answer: 'job',
  },
  'run.googleapis.com': { answer: 'operation' },
  'sqladmin.googleapis.com': { ...DONE, cancelledWithError: true },
  'storagebatchoperations.googleapis.com': { cancelled: 'CANCELED' },
  'testing.googleapis.com': {
    completed: 'FINISHED',
    failed: 'ERROR',
    cancelled: 'FINISHED',
    answer: 'testState',
    more: (value, end) => ({
      testSpecification: { testSetup: { environmentVariables: [{ key: 'TOKEN', value }] } },
      testExecutions: [
        { id: '1', state: end === 'cancelled' ? 'CANCELLED' : end === undefined ? 'RUNNING' : 'FINISHED' },
      ],
    }),
  },
  'vmmigration.googleapis.com': { running: 'ACTIVE', cancelling: 'CANCELLING', answer: 'operation' },
  'websecurityscanner.googleapis.com': {
    running: '',
    completed: 'SUCCESS',
    failed: 'ERROR',
    cancelled: 'KILLED',
    answer: 'job',
    more: (_, end) => ({ executionState: end === undefined ? 'SCANNING' : 'FINISHED' }),
  },
  'workflowexecutions.googleapis.com': { running: 'ACTIVE', answer: 'job' },
};
