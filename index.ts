// For a worker: the plugin, and the parts to put together without it. A service that only starts workflows
// needs `temporal-lro/client`.
export { type ActivityDeps, createActivities } from './activities/index.js';
export { ConfigError } from './config/config-error.js';
export { createGoogleClient, type GoogleClientSettings } from './config/google-client.js';
export type { GoogleConfig } from './config/google-config.js';
export { readWorkerConfig, type WorkerConfig, type WorkerVersion } from './config/worker-config.js';
export type { BulkActivities, ListRequest, OperationActivities, OperationRef } from './contract/activities.js';
export { type AccessRules, type AccessSettings, createAccess } from './google/access.js';
export {
  type CallOptions,
  type ClientSettings,
  createOperationsClient,
  type OperationsClient,
} from './google/client.js';
export { DEFAULT_UNIVERSE_DOMAIN, type EndpointConfig, type Endpoints, parseEndpoints } from './google/endpoint.js';
export { GoogleApiError } from './google/error.js';
export {
  createEmulatorTransport,
  createGoogleTransport,
  type GoogleTransportSettings,
} from './google/http/google-transport.js';
export type { Transport } from './google/http/transport.js';
export { createNexusService } from './nexus/service.js';
export { GoogleOperationsPlugin, type GoogleOperationsPluginOptions, type GoogleSettings } from './worker/plugin.js';
export { WorkerError, type WorkerErrorCode } from './worker/worker-error.js';
export { workerOptions, type WorkerSettings } from './worker/worker-options.js';
