import { createAccess } from '../google/access.js';
import { createOperationsClient, type OperationsClient } from '../google/client.js';
import type { EndpointConfig } from '../google/endpoint.js';
import { createEmulatorTransport, createGoogleTransport } from '../google/http/google-transport.js';
import { tracedTransport } from '../google/http/traced-transport.js';
import { packageVersion } from './package-version.js';

/**
 * The operations that a client may touch, and the hosts of Google. `readGoogleConfig` reads them from an environment.
 */
export interface GoogleClientSettings {
  /** The services that may be called, such as `aiplatform.googleapis.com`; `*` is every one of Google's. */
  services: readonly string[];
  /** Patterns of the names that may be touched, such as `projects/my-project/**`. */
  operations: readonly string[];
  /** The host of each service, or the emulator that gets every call, without credentials. */
  endpoints: EndpointConfig;
}

/** A client of Google's operations, with Application Default Credentials, or of an emulator. */
export function createGoogleClient(settings: GoogleClientSettings): OperationsClient {
  const { endpoints, services, operations } = settings;
  // Google's audit logs show it.
  const userAgent = `temporal-lro/${packageVersion()}`;
  return createOperationsClient({
    endpoints,
    access: createAccess({ services, operations }),
    transport: tracedTransport(
      endpoints.emulatorHost === undefined
        ? createGoogleTransport({ endpoints, userAgent })
        : createEmulatorTransport({ userAgent }),
    ),
  });
}
