import type { OperationRef } from '../contract/activities.js';
import type { FailureType } from '../contract/messages.js';
import type { GoogleApiError } from '../google/error.js';

/** What to do about a failure that ends the following of an operation: one sentence for the person who reads it. */
export function failureHint(
  type: FailureType,
  { kind, url, reason }: GoogleApiError,
  { service, apiVersion }: OperationRef,
): string {
  switch (type) {
    case 'NOT_FOUND':
      return kind === 'NOT_API_ERROR'
        ? `There is no such page${url === undefined ? '' : ` at ${url}`}: check service (${service}), apiVersion (${apiVersion}) and the shape of the name.`
        : `Check the name, service (${service}) and apiVersion (${apiVersion}); an operation that ended long ago may have expired.`;
    case 'PERMISSION_DENIED':
      if (kind === 'FORBIDDEN')
        return "These are the worker's own rules, from its environment; no request was sent.";
      // Such as SERVICE_DISABLED, BILLING_DISABLED or ACCESS_TOKEN_SCOPE_INSUFFICIENT (google.api.ErrorReason).
      return reason !== undefined && reason !== 'IAM_PERMISSION_DENIED'
        ? `No permission is missing but what Google says (${reason}): mend that, and start again.`
        : "Give the worker's account the permission to get the operation, and start again.";
    case 'UNAUTHENTICATED':
      return "Check the worker's credentials (Application Default Credentials), and start again.";
    default:
      return 'Check the name, its location, service and apiVersion, and start again.';
  }
}

/** Two sentences with one full stop between them. */
export function sentences(first: string, second: string): string {
  return `${first}${/[.!?…]$/.test(first) ? '' : '.'} ${second}`;
}
