import type { Fault } from '../../../emulator/index.js';

/** A fault of the wire, which may hit any request of its methods and changes nothing about the operation. */
export interface WireFaultKind {
  label: string;
  fault: Fault;
  /** The share of the requests it hits; 0.06 where left out. */
  share?: number;
}

const POLLS = ['get', 'wait'] as const;
/** The lists of a loop, which decide nothing; those of a bulk decide what is cancelled. */
const LISTS = { method: 'list', name: 'projects/crowd/**' } as const;
const OFTEN = 0.5;
const RARE = 0.02;

/**
 * Every kind of fault that the emulator has. None is an answer about the operation, as a 404 to `get` or a
 * FAILED_PRECONDITION to `cancel` would be: those are in the scripts of the operations.
 */
export const wireFaults: readonly WireFaultKind[] = [
  { label: '429', fault: { kind: 'too-many-requests' } },
  { label: '429, Retry-After in seconds', fault: { kind: 'too-many-requests', retryAfter: 2 } },
  {
    label: '429, Retry-After as a date',
    fault: { kind: 'too-many-requests', retryAfter: 'Thu, 01 Jan 2026 00:00:00 GMT' },
  },
  { label: '429, malformed Retry-After', fault: { kind: 'too-many-requests', retryAfter: 'soon' } },
  { label: '429, RetryInfo', fault: { kind: 'too-many-requests', retryDelay: '1.5s' } },
  { label: '429 after carrying out', fault: { kind: 'too-many-requests', carriedOut: true } },
  { label: '403 with the reason RATE_LIMIT_EXCEEDED', fault: { kind: 'rate-limit-exceeded' } },
  { label: '403 with a rate limit in its text only', fault: { kind: 'rate-limit-exceeded', inTextOnly: true } },
  { label: '503', fault: { kind: 'status', code: 'UNAVAILABLE', retryAfter: 1 } },
  { label: '500 after carrying out', fault: { kind: 'status', code: 'INTERNAL', carriedOut: true } },
  { label: '502', fault: { kind: 'status', code: 'UNKNOWN', httpStatus: 502 } },
  { label: '504 after carrying out', fault: { kind: 'status', code: 'DEADLINE_EXCEEDED', carriedOut: true } },
  { label: '409 ABORTED', fault: { kind: 'status', code: 'ABORTED' } },
  { label: '499 CANCELLED', fault: { kind: 'status', code: 'CANCELLED' } },
  { label: '401 to a cancel', fault: { kind: 'status', code: 'UNAUTHENTICATED', method: 'cancel' } },
  { label: '404 to a wait', fault: { kind: 'status', code: 'NOT_FOUND', method: 'wait' } },
  { label: '403 to a wait', fault: { kind: 'status', code: 'PERMISSION_DENIED', method: 'wait' } },
  { label: '501 to a wait', fault: { kind: 'status', code: 'UNIMPLEMENTED', method: 'wait' }, share: RARE },
  { label: 'HTML page with 502', fault: { kind: 'html', status: 502 } },
  { label: 'HTML page with 403', fault: { kind: 'html', status: 403 } },
  { label: 'HTML page with 404 to a wait', fault: { kind: 'html', status: 404, method: 'wait' }, share: RARE },
  {
    label: '503 without its frame',
    fault: { kind: 'text', status: 503, body: '{"code":14,"message":"m","details":[]}' },
  },
  { label: '503 in an array', fault: { kind: 'text', status: 503, body: '[{"error":{"code":503,"message":"m"}}]' } },
  {
    label: '429 without its frame',
    fault: { kind: 'text', status: 429, body: '{"code":8,"message":"m","details":[]}' },
  },
  {
    label: '503 as XML',
    fault: { kind: 'text', status: 503, body: '<Error><Code>SlowDown</Code></Error>', contentType: 'application/xml' },
  },
  {
    label: '403 with rateLimitExceeded in the old form',
    fault: {
      kind: 'text',
      status: 403,
      body: '{"error":{"code":403,"message":"m","errors":[{"domain":"usageLimits","reason":"rateLimitExceeded"}]}}',
    },
  },
  {
    label: '500 because the answer could not be written as JSON',
    fault: { kind: 'status', code: 'INTERNAL', message: 'Failed to convert server response to JSON', method: POLLS },
  },
  { label: '503 as plain text', fault: { kind: 'text', status: 503, body: 'unavailable', contentType: 'text/plain' } },
  {
    label: '200 with an error inside',
    fault: {
      kind: 'text',
      status: 200,
      body: '{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}',
      method: POLLS,
    },
  },
  { label: '307 to the same host', fault: { kind: 'redirect', location: '/v1/elsewhere', status: 307 } },
  {
    label: '302 to another host',
    fault: { kind: 'redirect', location: 'http://127.0.0.2:9/x', status: 302 },
  },
  { label: '301 to another host', fault: { kind: 'redirect', location: 'https://example.com/', status: 301 } },
  { label: 'no answer', fault: { kind: 'never-answers' }, share: RARE },
  { label: 'no answer after carrying out', fault: { kind: 'never-answers', carriedOut: true }, share: RARE },
  { label: 'connection reset', fault: { kind: 'reset' } },
  { label: 'connection reset after carrying out', fault: { kind: 'reset', carriedOut: true } },
  { label: 'connection closed without an answer', fault: { kind: 'lost-answer' } },
  { label: 'answer 3 s late', fault: { kind: 'late-answer', afterMs: 3_000 } },
  { label: 'answer 12 s late', fault: { kind: 'late-answer', afterMs: 12_000 }, share: RARE },
  { label: 'empty body', fault: { kind: 'empty-body' } },
  { label: 'empty body with 204', fault: { kind: 'empty-body', status: 204 } },
  { label: 'truncated JSON', fault: { kind: 'truncated-json' } },
  { label: 'done as a string', fault: { kind: 'wrong-type', of: 'done' } },
  { label: 'code as a string', fault: { kind: 'wrong-type', of: 'error-code', method: POLLS } },
  { label: 'name as a number', fault: { kind: 'wrong-type', of: 'name' } },
  { label: 'array as the body', fault: { kind: 'wrong-type', of: 'array' } },
  { label: 'null as the body', fault: { kind: 'wrong-type', of: 'null' } },
  { label: 'slow body', fault: { kind: 'slow-body', everyMs: 50 }, share: RARE },
  { label: 'connection closed within the body', fault: { kind: 'closed-mid-body' } },
  { label: 'body of 100 MiB', fault: { kind: 'huge-body', method: POLLS }, share: RARE },
  { label: 'name of another operation', fault: { kind: 'other-name', method: POLLS } },
  { label: 'stale state', fault: { kind: 'stale', method: POLLS } },
  { label: 'empty list', fault: { kind: 'text', status: 200, body: '{}', ...LISTS }, share: OFTEN },
  {
    label: 'list of one operation',
    fault: { kind: 'text', status: 200, body: '{"operations":[{"name":"operations/watched-1"}]}', ...LISTS },
    share: OFTEN,
  },
  {
    label: 'list in circles',
    fault: { kind: 'text', status: 200, body: '{"nextPageToken":"again"}', ...LISTS },
    share: OFTEN,
  },
  { label: 'refused list', fault: { kind: 'status', code: 'PERMISSION_DENIED', ...LISTS }, share: OFTEN },
  { label: 'corrupt gzip', fault: { kind: 'corrupt-gzip' } },
  { label: 'JSON as text/html', fault: { kind: 'content-type', value: 'text/html' } },
  { label: 'JSON as application/octet-stream', fault: { kind: 'content-type', value: 'application/octet-stream' } },
];
