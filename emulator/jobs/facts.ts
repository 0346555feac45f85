import type { Kind } from '../../google/kinds/kind.js';
import { nameOfKind, PLAIN_WORDS } from '../../google/kinds/kind.js';

/** The words of a kind without their prefix, as its service writes them. */
export interface Words {
  running: string;
  /** After an accepted cancel. Absent where the service has no such word: it goes on with the one before. */
  cancelling?: string;
  completed: string;
  failed: string;
  cancelled: string;
}

/** What a service does with the jobs of a kind, beside what the table of kinds says. */
export interface JobFacts extends Words {
  /** A cancelled job has its error as well. */
  cancelledWithError?: boolean;
  /** The body of the answer to an accepted cancel. Default: empty. */
  answer?: 'job' | 'operation' | 'bigquery';
  /** Once it is done, a cancel is refused. */
  refusesWhenDone?: boolean;
  /** The words with which a cancel is refused while it runs; `allBut`: with every other. */
  refusesIn?: { words: readonly string[]; allBut?: boolean };
  /** The message of a refusal. */
  refusal?: (job: { type: string; name: string; id: string; word: string; done: boolean }) => string;
  /** The word that a filter of a list compares. Default: that of the job. */
  filterWord?: (word: string, done: boolean) => string;
  /** More of the body of a job: what nobody but its owner should see. */
  secrets?: (secret: string) => Record<string, unknown>;
}

const DATAFLOW_REFUSAL: JobFacts['refusal'] = ({ id, word, done }) =>
  `Operation cancel not allowed for JOB ${id}. ` +
  (done
    ? `Job has terminated in state ${word}.`
    : 'Job is not yet ready for canceling. Please retry in a few minutes.');

/** By service, or by service and kind. The sources are those of the table of kinds; each is read here on its own. */
const FACTS: Readonly<Record<string, Partial<JobFacts>>> = {
  'aiplatform.googleapis.com': {
    cancelling: 'CANCELLING',
    cancelledWithError: true,
    refusesWhenDone: true,
    refusal: ({ type, name, word }) => `The ${type} "${name}" is in state ${word} and cannot be canceled.`,
    secrets: (value) => ({
      jobSpec: { workerPoolSpecs: [{ containerSpec: { imageUri: 'train', env: [{ name: 'API_KEY', value }] } }] },
    }),
  },
  // A pipeline job that was cancelled has been seen without an error.
  'aiplatform.googleapis.com pipelineJobs': { cancelledWithError: false },
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
    completed: 'DONE',
    failed: 'DONE',
    cancelled: 'DONE',
    answer: 'bigquery',
    secrets: (value) => ({ configuration: { jobType: 'QUERY', query: { query: `SELECT '${value}'` } } }),
  },
  'cloudbuild.googleapis.com': {
    running: 'WORKING',
    completed: 'SUCCESS',
    failed: 'FAILURE',
    answer: 'job',
    refusesWhenDone: true,
    secrets: (value) => ({ substitutions: { _TOKEN: value } }),
  },
  'clouddeploy.googleapis.com': { running: 'IN_PROGRESS', cancelling: 'CANCELLING' },
  'clouddeploy.googleapis.com automationRuns': { cancelling: undefined, refusesWhenDone: true },
  'clouddeploy.googleapis.com jobRuns': { cancelling: undefined, cancelled: 'TERMINATED', refusesWhenDone: true },
  'compute.googleapis.com': { completed: 'DONE', failed: 'DONE', cancelled: 'DONE' },
  'container.googleapis.com': {
    cancelling: 'ABORTING',
    completed: 'DONE',
    failed: 'DONE',
    cancelled: 'DONE',
    cancelledWithError: true,
  },
  'dataflow.googleapis.com': {
    cancelling: 'CANCELLING',
    completed: 'DONE',
    answer: 'job',
    refusesWhenDone: true,
    refusesIn: { words: ['QUEUED', 'PENDING'] },
    refusal: DATAFLOW_REFUSAL,
    secrets: (value) => ({ environment: { sdkPipelineOptions: { options: { password: value } } } }),
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
    secrets: (value) => ({ pysparkJob: { mainPythonFileUri: 'gs://b/main.py', args: [`--password=${value}`] } }),
  },
  'dataproc.googleapis.com sessions': {
    running: 'ACTIVE',
    cancelling: 'TERMINATING',
    completed: 'TERMINATED',
    cancelled: 'TERMINATED',
    answer: 'operation',
  },
  // The filter writes the words in small letters, and calls DONE finished.
  'dlp.googleapis.com': {
    completed: 'DONE',
    cancelled: 'CANCELED',
    filterWord: (word) => (word === 'DONE' ? 'finished' : word.toLowerCase()),
  },
  'gkehub.googleapis.com': { completed: 'COMPLETED', answer: 'operation' },
  'integrations.googleapis.com': { running: 'PROCESSING' },
  'ml.googleapis.com': { cancelling: 'CANCELLING' },
  'osconfig.googleapis.com': {
    running: 'PATCHING',
    failed: 'TIMED_OUT',
    cancelled: 'CANCELED',
    answer: 'job',
  },
  'run.googleapis.com': { answer: 'operation' },
  'sqladmin.googleapis.com': { completed: 'DONE', failed: 'DONE', cancelled: 'DONE', cancelledWithError: true },
  'storagebatchoperations.googleapis.com': { cancelled: 'CANCELED' },
  'vmmigration.googleapis.com': { running: 'ACTIVE', cancelling: 'CANCELLING', answer: 'operation' },
  'workflowexecutions.googleapis.com': { running: 'ACTIVE', answer: 'job' },
};

/** What the service does with the jobs of a kind. The words that are not known here are the first of the table. */
export function factsOf(kind: Kind): JobFacts {
  const ends = Object.entries(kind.ends ?? PLAIN_WORDS);
  const first = (outcome: string): string => ends.find(([, one]) => one === outcome)?.[0] ?? outcome;
  return {
    running: 'RUNNING',
    completed: first('COMPLETED'),
    failed: first('FAILED'),
    cancelled: first('CANCELLED'),
    ...FACTS[kind.service],
    ...FACTS[`${kind.service} ${nameOfKind(kind)}`],
  };
}
