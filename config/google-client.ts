import { createAccess } from '../google/access.js';
import { createEmulatorTransport, createGoogleTransport } from '../google/http/google-transport.js';
import { createOperationsClient, type OperationsClient } from '../google/client.js';
import type { GoogleConfig } from './google-config.js';
import { packageVersion } from './package-version.js';

/**
 * The client of Google's operations that a worker's environment asks for: Google's own hosts, or an emulator.
 */
export function createGoogleClient({ endpoints, services, operations }: GoogleConfig): OperationsClient {
  // Google's audit logs show it.
  const userAgent = `temporal-lro/${packageVersion()}`;
  return createOperationsClient({
    endpoints,
    access: createAccess({ services: services.join(','), operations: operations.join(',') }),
    transport:
      endpoints.emulatorHost === undefined
        ? createGoogleTransport({ endpoints, userAgent })
        : createEmulatorTransport({ userAgent }),
  });
}
