/** What a permission is needed for. */
export type IamCall = 'get' | 'wait' | 'cancel' | 'list';

// Where these tables come from: Google's role reference (cloud.google.com/iam/docs/roles-permissions), which says what
// permissions there are, and the IAM pages of Vertex AI and Spanner. They need not be complete: what is missing here falls
// back on the convention SERVICE.operations.CALL, and is said to be derived.

/** The first part of a service's permissions, where that is not the first label of its host. */
export const PREFIXES: Readonly<Record<string, string>> = {
  firestore: 'datastore',
  translate: 'cloudtranslate',
};

/** What the convention would have, and Google's role reference has not. */
export const LACKING: Readonly<Record<string, readonly IamCall[]>> = {
  accesscontextmanager: ['get', 'cancel', 'list'],
  artifactregistry: ['get', 'cancel', 'list'],
  batch: ['cancel'],
  bigtableadmin: ['get', 'cancel', 'list'],
  cloudbuild: ['cancel'],
  datalineage: ['cancel', 'list'],
  dialogflow: ['cancel', 'list'],
  discoveryengine: ['cancel'],
  documentai: ['get', 'cancel', 'list'],
  generativelanguage: ['get', 'cancel', 'list'],
  pubsublite: ['cancel'],
  run: ['cancel'],
  securitycenter: ['get', 'cancel', 'list'],
  serviceusage: ['cancel', 'list'],
  texttospeech: ['get', 'cancel', 'list'],
  tpu: ['cancel'],
  videointelligence: ['get', 'cancel', 'list'],
  vision: ['get', 'cancel', 'list'],
  webrisk: ['get', 'cancel', 'list'],
  workstations: ['cancel'],
};

/** Services with a permission for `wait`. Elsewhere none is known, and none is needed: a worker looks with `get` instead. */
export const WITH_WAIT: readonly string[] = ['cloudtranslate', 'speech'];

/** Spanner names its permissions after the collection that an operation belongs to. */
export const SPANNER: Readonly<Record<string, string>> = {
  instances: 'instanceOperations',
  databases: 'databaseOperations',
  backups: 'backupOperations',
  instancePartitions: 'instancePartitionOperations',
  instanceConfigs: 'instanceConfigOperations',
};

/** Vertex AI: the resource in a permission, where it is called otherwise than the collection in a name. */
export const VERTEX_RESOURCES: Readonly<Record<string, string>> = {
  evaluations: 'modelEvaluations',
  experiments: 'tensorboardExperiments',
  ragEngineConfig: 'ragEngineConfigs',
  runs: 'tensorboardRuns',
  runtimeRevisions: 'reasoningEngineRuntimeRevisions',
  timeSeries: 'tensorboardTimeSeries',
};

/** Vertex AI: the permissions of the methods that start operations on a resource, where they are not {@link VERTEX_USUAL_VERBS}. */
export const VERTEX_VERBS: Readonly<Record<string, readonly string[]>> = {
  // These are created and cancelled without an operation.
  batchPredictionJobs: ['delete'],
  customJobs: ['delete'],
  dataLabelingJobs: ['delete'],
  hyperparameterTuningJobs: ['delete'],
  pipelineJobs: ['delete'],
  trainingPipelines: ['delete'],
  datasets: ['create', 'delete', 'export', 'import'],
  endpoints: ['create', 'delete', 'deploy', 'undeploy'],
  entityTypes: ['create', 'delete', 'deleteFeatureValues', 'exportFeatureValues', 'importFeatureValues'],
  extensions: ['delete', 'import'],
  featurestores: ['batchReadFeatureValues', 'create', 'delete', 'update'],
  indexEndpoints: ['create', 'delete', 'deploy', 'undeploy'],
  migratableResources: ['migrate'],
  models: ['delete', 'export', 'upload'],
  notebookRuntimes: ['assign', 'delete', 'start', 'upgrade'],
  ragEngineConfigs: ['update'],
  ragFiles: ['delete', 'import'],
};

export const VERTEX_USUAL_VERBS: readonly string[] = ['create', 'delete', 'update'];

/** Vertex AI: resources whose rows in Google's table of permissions were read, for operations that `delete` started. */
export const VERTEX_DOCUMENTED: readonly string[] = ['batchPredictionJobs', 'customJobs'];
