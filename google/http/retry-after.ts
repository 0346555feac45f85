const DURATION = /^\d{1,12}(?:\.\d{1,9})?s$/;
const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * Milliseconds of google.rpc.RetryInfo's `retryDelay` (error_details.proto), a google.protobuf.Duration in
 * JSON such as `"1.5s"`; `undefined` for anything else.
 */
export function parseRetryDelay(delay: unknown): number | undefined {
  return typeof delay === 'string' && DURATION.test(delay) ? Math.round(Number(delay.slice(0, -1)) * 1_000) : undefined;
}

/**
 * Milliseconds of a `Retry-After` header, seconds or an HTTP date (RFC 9110, 10.2.3); `undefined` for anything else.
 *
 * @param date the answer's `Date` header: a date is counted from the server's clock where there is one,
 *   otherwise from ours.
 */
export function parseRetryAfter(value: string | null, date: string | null): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1_000;
  const until = parseHttpDate(text);
  if (until === undefined) return undefined;
  return Math.max(0, until - (parseHttpDate(date ?? '') ?? Date.now()));
}

function parseHttpDate(text: string): number | undefined {
  // Date.parse reads nearly any text as a date, "-5" included.
  if (!WEEKDAY.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
