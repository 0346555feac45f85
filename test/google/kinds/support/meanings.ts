/** What the words of a kind mean, without their prefix: how it ended, or that it runs. */
export interface Meanings {
  completed?: string;
  failed?: string;
  cancelled?: string;
  runs?: string;
  /** It runs and is being cancelled. */
  stopping?: string;
  /** It runs, and the service refuses to cancel it for the time being. */
  early?: string;
}

/** The words, sorted. */
export function wordsOf(meanings: Meanings = {}): string[] {
  return Object.values(meanings)
    .flatMap((words: string) => words.split(' '))
    .toSorted();
}

const PIPELINE_STATE: Meanings = {
  completed: 'SUCCEEDED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
  runs: 'QUEUED PENDING RUNNING PAUSED',
  stopping: 'CANCELLING',
};
const JOB_STATE: Meanings = {
  completed: 'SUCCEEDED PARTIALLY_SUCCEEDED',
  failed: 'FAILED EXPIRED',
  cancelled: 'CANCELLED',
  runs: 'QUEUED PENDING RUNNING UPDATING PAUSED',
  stopping: 'CANCELLING',
};
const CLONE_STATE: Meanings = {
  completed: 'SUCCEEDED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
  runs: 'PENDING ACTIVE ADAPTING_OS',
  stopping: 'CANCELLING',
};

/** Every word that the kinds publish, by service and kind. BigQuery and Cloud Run say their state otherwise. */
export const MEANINGS: Record<string, Meanings> = {
  'aiplatform customJobs': JOB_STATE,
  'aiplatform hyperparameterTuningJobs': JOB_STATE,
  'aiplatform batchPredictionJobs': JOB_STATE,
  'aiplatform pipelineJobs': PIPELINE_STATE,
  'aiplatform trainingPipelines': PIPELINE_STATE,
  'aiplatform nasJobs': JOB_STATE,
  'aiplatform dataLabelingJobs': JOB_STATE,
  'aiplatform tuningJobs': JOB_STATE,
  'aiplatform evaluationRuns': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    runs: 'PENDING RUNNING INFERENCE GENERATING_RUBRICS GENERATING_LOSS_CLUSTERS',
  },
  'dataflow jobs': {
    completed: 'DONE UPDATED DRAINED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    runs: 'STOPPED RUNNING DRAINING RESOURCE_CLEANING_UP PAUSING PAUSED',
    stopping: 'CANCELLING',
    early: 'QUEUED PENDING',
  },
  'dataproc jobs': {
    completed: 'DONE',
    failed: 'ERROR',
    cancelled: 'CANCELLED',
    runs: 'PENDING RUNNING ATTEMPT_FAILURE',
    stopping: 'CANCEL_PENDING CANCEL_STARTED',
    early: 'SETUP_DONE',
  },
  'dataproc batches': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    runs: 'PENDING RUNNING',
    stopping: 'CANCELLING',
  },
  'dataproc sessions': {
    failed: 'FAILED',
    cancelled: 'TERMINATED',
    runs: 'CREATING ACTIVE',
    stopping: 'TERMINATING',
  },
  'dataform workflowInvocations': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    runs: 'RUNNING',
    stopping: 'CANCELING',
  },
  'dlp dlpJobs': { completed: 'DONE', failed: 'FAILED', cancelled: 'CANCELED', runs: 'PENDING RUNNING ACTIVE' },
  'dataplex taskJobs': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED ABORTED',
    runs: 'RUNNING',
    stopping: 'CANCELLING',
  },
  'dataplex dataScanJobs': {
    completed: 'SUCCEEDED SUCCEEDED_WITH_ERRORS',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    runs: 'PENDING RUNNING',
    stopping: 'CANCELING',
  },
  'dataplex metadataJobs': {
    completed: 'SUCCEEDED SUCCEEDED_WITH_ERRORS',
    failed: 'FAILED',
    cancelled: 'CANCELED',
    runs: 'QUEUED RUNNING',
    stopping: 'CANCELING',
  },
  'storagebatchoperations jobs': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELED',
    runs: 'QUEUED RUNNING',
  },
  'workflowexecutions executions': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    runs: 'ACTIVE QUEUED UNAVAILABLE',
  },
  'integrations executions': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    runs: 'PENDING PROCESSING RETRY_ON_HOLD SUSPENDED',
  },
  'cloudbuild builds': {
    completed: 'SUCCESS',
    failed: 'FAILURE INTERNAL_ERROR TIMEOUT EXPIRED',
    cancelled: 'CANCELLED',
    runs: 'PENDING QUEUED WORKING',
  },
  'batch jobs': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    runs: 'QUEUED SCHEDULED RUNNING DELETION_IN_PROGRESS',
    stopping: 'CANCELLATION_IN_PROGRESS',
  },
  'clouddeploy rollouts': {
    completed: 'SUCCEEDED',
    failed: 'FAILED APPROVAL_REJECTED',
    cancelled: 'CANCELLED',
    runs: 'IN_PROGRESS PENDING_APPROVAL PENDING PENDING_RELEASE HALTED',
    stopping: 'CANCELLING',
  },
  'clouddeploy automationRuns': {
    completed: 'SUCCEEDED',
    failed: 'FAILED ABORTED',
    cancelled: 'CANCELLED',
    runs: 'IN_PROGRESS PENDING',
  },
  'clouddeploy jobRuns': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'TERMINATED',
    runs: 'IN_PROGRESS',
    stopping: 'TERMINATING',
  },
  'vmmigration cloneJobs': CLONE_STATE,
  'vmmigration cutoverJobs': CLONE_STATE,
  'vmmigration diskMigrationJobs': { ...CLONE_STATE, runs: 'READY RUNNING' },
  'vmmigration imageImportJobs': { ...CLONE_STATE, runs: 'PENDING RUNNING' },
  'osconfig patchJobs': {
    completed: 'SUCCEEDED COMPLETED_WITH_INACTIVE_VMS COMPLETED_WITH_ERRORS',
    failed: 'TIMED_OUT',
    cancelled: 'CANCELED',
    runs: 'STARTED INSTANCE_LOOKUP PATCHING',
  },
  'gkehub rollouts': { completed: 'COMPLETED', cancelled: 'CANCELLED', runs: 'RUNNING PAUSED' },
  'testing testMatrices': {
    completed: 'FINISHED',
    failed: 'ERROR INVALID',
    cancelled: 'CANCELLED',
    // RUNNING and the last three are words of executions, which a matrix does not have; CANCELLED is one as well.
    runs: 'VALIDATING PENDING RUNNING UNSUPPORTED_ENVIRONMENT INCOMPATIBLE_ENVIRONMENT INCOMPATIBLE_ARCHITECTURE',
  },
  'websecurityscanner scanRuns': { completed: 'SUCCESS', failed: 'ERROR', cancelled: 'KILLED' },
  'ml jobs': {
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    runs: 'QUEUED PREPARING RUNNING',
    stopping: 'CANCELLING',
  },
  'container operation': { completed: 'DONE', runs: 'PENDING RUNNING', stopping: 'ABORTING' },
  'sqladmin operation': { completed: 'DONE', runs: 'PENDING RUNNING' },
  'compute operation': { completed: 'DONE', runs: 'PENDING RUNNING' },
};
