import * as v from 'valibot';

import { codeNames } from '../../contract/code.js';
import { bodyBytes, check, fields, jsonObject, milliseconds, oneOf, text, integerFrom } from '../check.js';
import type { Fault } from './fault.js';
import { methods } from '../route.js';

const selection = {
  method: v.optional(
    v.union(
      [v.picklist(methods), v.pipe(v.array(v.picklist(methods)), v.nonEmpty())],
      `must be one or more of ${methods.join(', ')}`,
    ),
  ),
  name: v.optional(text),
  skip: v.optional(integerFrom(0)),
  times: v.optional(integerFrom(1)),
  fromMs: v.optional(milliseconds),
  untilMs: v.optional(milliseconds),
  probability: v.optional(
    v.pipe(
      v.number('must be a number from 0 to 1'),
      v.minValue(0, 'must be from 0 to 1'),
      v.maxValue(1, 'must be from 0 to 1'),
    ),
  ),
};

const httpStatus = v.pipe(
  v.number('must be an HTTP status'),
  v.integer('must be an HTTP status'),
  v.minValue(200, 'must be an HTTP status from 200 to 599'),
  v.maxValue(599, 'must be an HTTP status from 200 to 599'),
);
const headerValue = v.pipe(text, v.regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII'));
const retryAfter = v.optional(v.union([integerFrom(0), headerValue], 'must be seconds, or the text of the header'));

const corrupting = <const K extends string, const T extends v.ObjectEntries>(kind: K, entries: T) =>
  fields({ kind: v.literal(kind), ...entries, ...selection });
const replacing = <const K extends string, const T extends v.ObjectEntries>(kind: K, entries: T) =>
  fields({
    kind: v.literal(kind),
    carriedOut: v.optional(v.boolean('must be true or false')),
    ...entries,
    ...selection,
  });

const kinds = [
  replacing('too-many-requests', { retryAfter, retryDelay: v.optional(text) }),
  replacing('rate-limit-exceeded', { inTextOnly: v.optional(v.boolean('must be true or false')) }),
  replacing('status', {
    code: oneOf(codeNames),
    message: v.optional(v.string()),
    httpStatus: v.optional(httpStatus),
    details: v.optional(v.array(jsonObject)),
    retryAfter,
  }),
  replacing('text', { status: httpStatus, body: v.string('must be a string'), contentType: v.optional(headerValue) }),
  replacing('html', { status: httpStatus }),
  replacing('redirect', { location: headerValue, status: v.optional(httpStatus) }),
  replacing('never-answers', {}),
  replacing('reset', {}),
  corrupting('lost-answer', {}),
  corrupting('late-answer', { afterMs: milliseconds }),
  corrupting('empty-body', { status: v.optional(httpStatus) }),
  corrupting('truncated-json', {}),
  corrupting('wrong-type', { of: oneOf(['done', 'error-code', 'name', 'array', 'null']) }),
  corrupting('slow-body', { everyMs: milliseconds, bytes: v.optional(integerFrom(1)) }),
  corrupting('closed-mid-body', {}),
  corrupting('huge-body', { bytes: v.optional(bodyBytes) }),
  corrupting('other-name', { as: v.optional(text) }),
  corrupting('stale', {}),
  corrupting('corrupt-gzip', {}),
  corrupting('content-type', { value: headerValue }),
] as const;

const names = kinds.map(({ entries }) => entries.kind.literal).join(', ');
const fault: v.GenericSchema<unknown, Fault> = v.variant('kind', kinds, `must be one of ${names}`);

/** Validates a fault. @throws EmulatorError `INVALID_ARGUMENT` that names the field */
export function parseFault(value: unknown): Fault {
  return check(fault, value, 'fault');
}
