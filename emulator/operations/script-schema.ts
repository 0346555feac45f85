import * as v from 'valibot';

import { codeNames } from '../../contract/code.js';
import { problemOfName } from '../../contract/names.js';
import { bodyBytes, check, fields, jsonObject, milliseconds, oneOf, text, integerFrom } from '../check.js';
import type { ScriptedResult, OperationScript } from './script.js';

const afterMs = v.optional(milliseconds);
const message = v.optional(v.string());

const status = fields({ code: integerFrom(0), message, details: v.optional(v.array(jsonObject)) });
const result = fields({
  response: v.optional(jsonObject),
  error: v.optional(status),
  metadata: v.optional(jsonObject),
});

const acceptedKinds = [
  fields({ kind: v.literal('wins'), afterMs, message }),
  fields({ kind: v.literal('loses'), afterMs }),
  fields({ kind: v.literal('fails'), code: integerFrom(1), message, afterMs }),
  fields({ kind: v.literal('ends'), result, afterMs }),
  fields({ kind: v.literal('ignored') }),
] as const;

const refused = fields({
  kind: v.literal('refused'),
  untilMs: v.optional(milliseconds),
  times: v.optional(integerFrom(1)),
  code: v.optional(oneOf(codeNames)),
  message,
  afterwards: v.optional(v.variant('kind', acceptedKinds, 'must be wins, loses, fails, ends or ignored')),
});

const onCancel = v.variant(
  'kind',
  [
    ...acceptedKinds,
    refused,
    fields({ kind: v.literal('unimplemented') }),
    fields({ kind: v.literal('no-route'), body: v.optional(oneOf(['html', 'json'])) }),
  ],
  'must be wins, loses, fails, ends, ignored, refused, unimplemented or no-route',
);

const waitBehaviours = ['unimplemented', 'no-route', 'no-route-json', 'denied', 'returns-at-once'] as const;

/** Speech's names may be an id alone, and every other service's are good names for it too. */
const ANY_SERVICE = 'speech.googleapis.com';

const name = v.pipe(
  v.string('must be a string'),
  v.check(
    (input) => problemOfName(input, ANY_SERVICE) === undefined,
    ({ input }) => problemOfName(input, ANY_SERVICE) ?? '',
  ),
);

const script: v.GenericSchema<unknown, OperationScript> = fields({
  name,
  completesAfterMs: v.optional(milliseconds),
  result: v.optional(result),
  onCancel: v.optional(onCancel),
  cancelWhenDone: v.optional(
    v.union([v.literal('ok'), fields({ code: oneOf(codeNames), message })], 'must be "ok" or { code, message }'),
  ),
  waitSupported: v.optional(
    v.union(
      [v.literal(true), v.picklist(waitBehaviours)],
      `must be true, ${waitBehaviours.map((one) => JSON.stringify(one)).join(', ')}`,
    ),
  ),
  visibleAfterMs: v.optional(milliseconds),
  expiresAfterMs: v.optional(milliseconds),
  metadata: v.optional(jsonObject),
  unreachable: v.optional(v.boolean('must be true or false')),
  cancellingMetadata: v.optional(jsonObject),
  responseBytes: v.optional(bodyBytes),
  metadataBytes: v.optional(bodyBytes),
  projectNumber: v.optional(v.pipe(text, v.regex(/^\d+$/, 'must be a string of digits'))),
});

/** Validates a script. @throws EmulatorError `INVALID_ARGUMENT` that names the field */
export function parseScript(value: unknown): OperationScript {
  return check(script, value, 'operation script');
}

/** Validates a result for `complete`. @throws EmulatorError `INVALID_ARGUMENT` that names the field */
export function parseResult(value: unknown): ScriptedResult {
  return check(result, value, 'result');
}
