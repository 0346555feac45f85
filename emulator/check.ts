import * as v from 'valibot';

import { EmulatorError } from './errors.js';

/**
 * Validates `value` against a schema.
 *
 * @param what - the noun for the value, for the message.
 * @throws EmulatorError `INVALID_ARGUMENT` that names each bad field and what it accepts.
 */
export function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown, what: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => {
    const path = v.getDotPath(issue);
    return path === null ? `${what} ${issue.message}` : `${path} ${issue.message}`;
  });
  throw new EmulatorError('INVALID_ARGUMENT', `Bad ${what}: ${problems.join('; ')}`);
}

const received = (issue: { received: string }): string => `; it is ${issue.received.slice(0, 80)}`;

/** Text with at least one character. */
export const text = v.pipe(
  v.string((i) => `must be a string${received(i)}`),
  v.nonEmpty('must not be empty'),
);

/** A number of milliseconds, 0 or more. */
export const milliseconds = v.pipe(
  v.number((i) => `must be a number of milliseconds${received(i)}`),
  v.finite('must be a finite number of milliseconds'),
  v.minValue(0, 'must be 0 or more milliseconds'),
);

/** A whole number, `min` or more. */
export const integerFrom = (min: number) =>
  v.pipe(
    v.number((i) => `must be a whole number${received(i)}`),
    v.safeInteger('must be a whole number'),
    v.minValue(min, `must be ${min} or more`),
  );

/** The size of a body, which is held in memory while it is sent. */
export const bodyBytes = v.pipe(integerFrom(0), v.maxValue(2 ** 28, 'must be at most 256 MiB'));

/** A JSON object. */
export const jsonObject = v.record(v.string(), v.unknown(), (i) => `must be an object${received(i)}`);

/** One of the given words. */
export const oneOf = <const T extends string>(words: readonly T[]) =>
  v.picklist(words, (i) => `must be one of ${words.join(', ')}${received(i)}`);

/** An object with these fields and no others. */
export const fields = <const T extends v.ObjectEntries>(entries: T) =>
  v.strictObject(entries, (issue) =>
    issue.expected === 'never'
      ? `is not a field; the fields are ${Object.keys(entries).join(', ')}`
      : issue.expected === 'Object'
        ? `must be an object${received(issue)}`
        : 'is required',
  );
