/** What a permission is needed for. */
export type IamCall = 'get' | 'wait' | 'cancel' | 'list';

// Where these tables come from: the IAM pages of Vertex AI and Spanner. They need not be complete: what is missing here falls
// back on the convention SERVICE.operations.CALL, and is said to be derived.

/** The first part of a service's permissions, where that is not the first label of its host. */
export const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['firestore', 'datastore'],
  ['translate', 'cloudtranslate'],
]);

/** Spanner names its permissions after the collection that an operation belongs to. */
export const SPANNER: ReadonlyMap<string, string> = new Map([
  ['instances', 'instanceOperations'],
  ['databases', 'databaseOperations'],
  ['backups', 'backupOperations'],
  ['instancePartitions', 'instancePartitionOperations'],
  ['instanceConfigs', 'instanceConfigOperations'],
]);

/** Vertex AI: the resource in a permission, where it is called otherwise than the collection in a name. */
export const VERTEX_RESOURCES: ReadonlyMap<string, string> = new Map([
  ['evaluations', 'modelEvaluations'],
  ['experiments', 'tensorboardExperiments'],
  ['ragEngineConfig', 'ragEngineConfigs'],
  ['runs', 'tensorboardRuns'],
  ['runtimeRevisions', 'reasoningEngineRuntimeRevisions'],
  ['timeSeries', 'tensorboardTimeSeries'],
]);

/** Vertex AI: the last parts of the permissions of methods that start operations on most resources. */
export const VERTEX_USUAL_VERBS: readonly string[] = ['create', 'delete', 'update'];

/** Vertex AI: the same for resources with methods of their own kind, such as ModelService.UploadModel and EndpointService.DeployModel. */
export const VERTEX_VERBS: ReadonlyMap<string, readonly string[]> = new Map([
  ['endpoints', ['create', 'delete', 'deploy', 'undeploy', 'update']],
  ['models', ['delete', 'export', 'update', 'upload']],
]);

/** Vertex AI: resources whose rows in Google's table of permissions were read, for operations that `delete` started. */
export const VERTEX_DOCUMENTED: readonly string[] = ['batchPredictionJobs', 'customJobs'];
