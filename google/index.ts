export type { ListRequest, OperationRef } from '../contract/activities.js';
export { type AccessRules, createAccess } from './access.js';
export { createEmulatorTransport, createGoogleTransport } from './http/google-transport.js';
export {
  type CallOptions,
  type ClientSettings,
  createOperationsClient,
  type OperationsClient,
  type OperationsPage,
} from './client.js';
export { type EndpointConfig, type Endpoints, endpointOf, parseEndpoints } from './endpoint.js';
export { type ErrorKind, GoogleApiError } from './error.js';
export type { Transport } from './http/transport.js';
export { listUrlOf, urlsOf } from './url.js';
export { verdictOf } from './verdict.js';
