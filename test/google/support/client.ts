import { createAccess } from '../../../google/access.js';
import { createEmulatorTransport } from '../../../google/http/google-transport.js';
import { createOperationsClient, type OperationsClient } from '../../../google/client.js';
import { GoogleApiError } from '../../../google/error.js';

export const ref = {
  service: 'aiplatform.googleapis.com',
  apiVersion: 'v1',
  name: 'projects/p/locations/us-central1/operations/123',
};

/** A client of the server at `host:port`, over plain HTTP. */
export function clientOf(emulatorHost: string, timeoutMs?: number, services?: string[]): OperationsClient {
  return createOperationsClient({
    endpoints: { universeDomain: 'googleapis.com', overrides: new Map(), emulatorHost },
    access: createAccess({ services }),
    transport: createEmulatorTransport(),
    timeoutMs,
  });
}

/** The error that a call fails with. */
export async function errorFrom(call: Promise<unknown>): Promise<GoogleApiError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof GoogleApiError) return error;
    throw error;
  }
  throw new Error('the call was expected to fail');
}
