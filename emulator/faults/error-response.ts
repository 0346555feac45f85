import { type Answer, errorAnswer, htmlAnswer } from '../answer.js';
import type { Fault } from './fault.js';

/** A fault that is answered with an error, not with silence. */
type ErrorResponseFault = Extract<
  Fault,
  { kind: 'too-many-requests' | 'rate-limit-exceeded' | 'status' | 'text' | 'html' | 'redirect' }
>;

/** The answer of a fault that replaces the real one. */
export function errorResponse(fault: ErrorResponseFault): Answer {
  switch (fault.kind) {
    case 'text': {
      const { status, body, contentType = 'application/json' } = fault;
      return { status, headers: { 'content-type': contentType }, body: { html: body } };
    }
    case 'html':
      return htmlAnswer(fault.status, 'The server cannot answer now.');
    case 'redirect':
      return {
        ...htmlAnswer(fault.status ?? 302, `The document is at ${fault.location}`),
        headers: { location: fault.location },
      };
    case 'rate-limit-exceeded':
      return rateLimitExceeded(fault.inTextOnly === true);
    case 'status': {
      const { code, message = `${code}, an injected fault.`, details, httpStatus, retryAfter } = fault;
      return errorAnswer(code, message, { details, httpStatus, headers: retryAfterHeader(retryAfter) });
    }
    case 'too-many-requests': {
      const { retryAfter, retryDelay } = fault;
      const details = retryDelay === undefined ? undefined : [{ '@type': type('RetryInfo'), retryDelay }];
      return errorAnswer('RESOURCE_EXHAUSTED', 'Quota exceeded.', {
        details,
        headers: retryAfterHeader(retryAfter),
      });
    }
  }
}

function rateLimitExceeded(inTextOnly: boolean): Answer {
  const quota = 'Requests per minute';
  if (inTextOnly) {
    const text = `Quota exceeded for quota metric 'Requests' and limit '${quota}' of this service for the project.`;
    return errorAnswer('PERMISSION_DENIED', text);
  }
  const info = {
    '@type': type('ErrorInfo'),
    reason: 'RATE_LIMIT_EXCEEDED',
    domain: 'googleapis.com',
    metadata: { quota_limit: 'RequestsPerMinutePerProject', quota_metric: quota },
  };
  return errorAnswer('PERMISSION_DENIED', `Quota exceeded for quota metric '${quota}'.`, { details: [info] });
}

function retryAfterHeader(value: number | string | undefined): Record<string, string> | undefined {
  return value === undefined ? undefined : { 'retry-after': String(value) };
}

function type(message: string): string {
  return `type.googleapis.com/google.rpc.${message}`;
}
