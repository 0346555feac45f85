// What a worker of your own needs to run these workflows, activities and the Nexus service; examples/embedding puts it together.
// The workflows themselves are `temporal-lro/workflows`, to be bundled with yours. A service that only starts them wants
// `temporal-lro/client`.
export { type ActivityDeps, createActivities } from './activities/index.js';
export type { BulkActivities, OperationActivities } from './contract/activities.js';
export { type AccessRules, type AccessSettings, createAccess } from './google/access.js';
export {
  createEmulatorTransport,
  createGoogleTransport,
  type GoogleTransportSettings,
} from './google/http/google-transport.js';
export {
  type CallOptions,
  type ClientSettings,
  createOperationsClient,
  type ListQuery,
  type OperationsClient,
} from './google/client.js';
export {
  DEFAULT_UNIVERSE_DOMAIN,
  type EndpointConfig,
  type Endpoints,
  parseEndpoints,
} from './google/endpoint.js';
export { GoogleApiError } from './google/error.js';
export type { Transport } from './google/http/transport.js';
export type { OperationRef } from './google/url.js';
export type { GoogleConfig } from './config/google-config.js';
export { createGoogleClient, type GoogleClientSettings } from './config/google-client.js';
export {
  ConfigError,
  NotBuiltError,
  readWorkerConfig,
  type WorkerConfig,
  workflowBundlePath,
} from './worker/index.js';
export { createNexusService } from './nexus/service.js';
export { workerOptions } from './worker/worker-options.js';
