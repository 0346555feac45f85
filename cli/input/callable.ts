import type { OperationRef } from '../../contract/activities.js';
import { quoted } from '../../contract/text.js';
import { type EndpointConfig, endpointOf, mayReceiveToken } from '../../google/endpoint.js';
import { CommandError } from '../command-error.js';

/**
 * Refuses services that no worker may call, because their hosts get no token: those that are not Google's, unless an
 * endpoint or an emulator is set. Whether a worker allows one of Google's (`GOOGLE_SERVICES`) is not known here.
 *
 * @throws {CommandError} `BAD_USAGE`
 * @throws {GoogleApiError} for a name without a host
 */
export function assertCallable(refs: readonly OperationRef[], endpoints: EndpointConfig): void {
  if (endpoints.emulatorHost !== undefined) return;
  const foreign = refs.find((ref) => !mayReceiveToken(new URL(endpointOf(ref, endpoints)), endpoints));
  if (foreign === undefined) return;
  const { service } = foreign;
  throw new CommandError(
    'BAD_USAGE',
    `No worker may call ${quoted(service)}: it is not a service under ${endpoints.universeDomain}. Where GOOGLE_ENDPOINTS of ` +
      'the worker names it, set the same here.\nNothing was done.',
  );
}
