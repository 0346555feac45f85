import type { OperationRef } from '../contract/activities.js';
import type { FailureType } from '../contract/messages.js';
import { locationOf } from '../contract/names.js';
import type { GoogleApiError } from '../google/error.js';

type Hint = (error: GoogleApiError, ref: OperationRef) => string;

const LASTING: Hint = ({ code }, { service, apiVersion }) =>
  `Google has answered ${code} several times in a row: check the name, service (${service}) and apiVersion (${apiVersion}), and start again.`;

const PAGE =
  'Nothing but such pages has come for ten minutes: a proxy, a firewall or VPC Service Controls answers in place of the API. Let the worker reach it, and start again.';

const HINTS: Record<FailureType, Hint> = {
  NOT_FOUND: ({ kind, url }, { service, apiVersion, name }) =>
    kind === 'NOT_API_ERROR'
      ? `There is no such page${url === undefined ? '' : ` at ${url}`}: check service (${service}), apiVersion (${apiVersion}) and the shape of the name.`
      : `Check the name${locationOf(name) === undefined ? '' : `, its location (${locationOf(name)})`}, service (${service}) and apiVersion (${apiVersion}); an operation that ended long ago may have expired.`,
  PERMISSION_DENIED: ({ kind, reason }) => {
    if (kind === 'NOT_API_ERROR') return PAGE;
    if (kind === 'FORBIDDEN') return "These are the worker's own rules, from its environment; no request was sent.";
    // Such as SERVICE_DISABLED, BILLING_DISABLED or ACCESS_TOKEN_SCOPE_INSUFFICIENT (google.api.ErrorReason).
    return reason !== undefined && reason !== 'IAM_PERMISSION_DENIED'
      ? `Google denies it for another reason than a missing permission (${reason}): correct that, and start again.`
      : "Give the worker's account the permission to get the operation, and start again.";
  },
  UNAUTHENTICATED: () => "Check the worker's credentials (Application Default Credentials), and start again.",
  INVALID_ARGUMENT: ({ kind, answer = '' }, ref) => {
    if (kind === 'NOT_API_ERROR') return PAGE;
    // Not the names in it, such as `locations/us`.
    return /\b(?:endpoint|region|location)s?\b(?!\/)/i.test(answer) && locationOf(ref.name) !== undefined
      ? `Check the location in the name. If it is right, give the worker the host of that location: ${endpointSetting(answer, ref)}.`
      : 'Check the name, its location, service and apiVersion, and start again.';
  },
  FAILED_PRECONDITION: LASTING,
  UNIMPLEMENTED: LASTING,
  OUT_OF_RANGE: LASTING,
};

/** The setting for a service with a host for each location: the host that Google's message names, or the usual form. */
function endpointSetting(message: string, { service, name }: OperationRef): string {
  const location = locationOf(name) ?? '';
  const hosts = message.match(/(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.googleapis\.com/g) ?? [];
  const host = hosts.find((one) => one.includes(location)) ?? `${location}-${service}`;
  return `GOOGLE_ENDPOINTS='${service}=https://${host.replace(location, '{location}')}'`;
}

/** Advice about a non-retryable failure: a sentence or two for the person who reads it. */
export function failureHint(type: FailureType, error: GoogleApiError, ref: OperationRef): string {
  return HINTS[type](error, ref);
}
