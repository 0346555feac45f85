import * as v from 'valibot';
import { codeNames } from '../../contract/code.js';
import { DEFAULT_SERVICE, problemOfName } from '../../contract/names.js';
import { bodyBytes, check, fields, integerFrom, jsonObject, milliseconds, oneOf, text } from '../check.js';
import { EmulatorError } from '../errors.js';
import { kindOfJob } from '../jobs/kind-of-job.js';

const afterMs = v.optional(milliseconds);
const message = v.optional(v.string());

/**
 * The result of a done operation: a `response`, an `error`, neither (`{}`: "some services might not provide
 * the result", operations.proto), or both, which no service should return and a client has to survive.
 */
const result = fields({
  /** A google.protobuf.Any in its JSON form. */
  response: v.optional(jsonObject),
  /** A google.rpc.Status; its `code` is the google.rpc.Code number. */
  error: v.optional(fields({ code: integerFrom(0), message, details: v.optional(v.array(jsonObject)) })),
  /** Replaces the metadata: many services tell there how an operation ended. */
  metadata: v.optional(jsonObject),
  /** Of a job: its final word, such as `JOB_STATE_EXPIRED`. Default: that of its service for such a result. */
  state: v.optional(text),
});

/** The consequence of an accepted cancel. Times are milliseconds after the acceptance; default: 0. */
const acceptedKinds = [
  /** The operation ends with `error.code` 1. */
  fields({ kind: v.literal('wins'), afterMs, message }),
  /** The operation completes all the same: by itself, or with its `result` after `afterMs` if that is given. */
  fields({ kind: v.literal('loses'), afterMs }),
  /** The operation ends with another error, such as 10 (ABORTED). */
  fields({ kind: v.literal('fails'), code: integerFrom(1), message, afterMs }),
  /** The operation ends with any result, such as one that tells of the cancellation in its metadata only. */
  fields({ kind: v.literal('ends'), result, afterMs }),
  /** The cancel has no effect. Unlike `loses`, this says nothing about how the operation ends. */
  fields({ kind: v.literal('ignored') }),
] as const;

/** The answer of a running operation to a cancel. */
const onCancel = v.variant(
  'kind',
  [
    ...acceptedKinds,
    /**
     * The cancel is refused until `untilMs` after `add`, and for the first `times` cancels; always if neither
     * is given. Default of `code`: `FAILED_PRECONDITION`; of `message`: that of Vertex AI. Later cancels have
     * the consequence `afterwards`; default: `wins`.
     */
    fields({
      kind: v.literal('refused'),
      untilMs: v.optional(milliseconds),
      times: v.optional(integerFrom(1)),
      code: v.optional(oneOf(codeNames)),
      message,
      afterwards: v.optional(v.variant('kind', acceptedKinds, 'must be wins, loses, fails, ends or ignored')),
    }),
    /** The service answers UNIMPLEMENTED (HTTP 501). */
    fields({ kind: v.literal('unimplemented') }),
    /** The service has no such route: a 404, by default an HTML page; in JSON with the message `Method not found.` */
    fields({ kind: v.literal('no-route'), body: v.optional(oneOf(['html', 'json'])) }),
  ],
  'must be wins, loses, fails, ends, ignored, refused, unimplemented or no-route',
);

const waitBehaviours = ['unimplemented', 'no-route', 'no-route-json', 'denied', 'returns-at-once'] as const;

/** Speech's names may be an id alone, and every other service's are good names for it too. */
const ANY_SERVICE = 'speech.googleapis.com';

/**
 * The life of one operation or job. Times are milliseconds after `add`. A job has the same life in another body: it was
 * cancelled if its result has an `error` of code 1, it failed if that has another error, and else it succeeded.
 */
const script = fields({
  /** The full name, of any collection: `projects/p/locations/l/indexes/7/operations/1`, `batches/1`, `operations/x`. */
  name: v.pipe(
    v.string('must be a string'),
    v.check(
      (name) => problemOfName(name, ANY_SERVICE) === undefined,
      ({ input }) => problemOfName(input, ANY_SERVICE) ?? '',
    ),
  ),
  /** The service of a job. Default: Vertex AI, if it has jobs of such a name; otherwise it is an operation. */
  service: v.optional(text),
  /** Of a job: its words while it runs, as its service writes them; without `state` it has none for that time. */
  states: v.optional(v.array(fields({ afterMs, state: v.optional(text) }))),
  /** Of a job: its word after an accepted cancel. Default: that of the service, such as `JOB_STATE_CANCELLING`. */
  cancellingState: v.optional(text),
  /** Of a job: whether it has an error when it was cancelled. Default: as its service does. */
  cancelledWithError: v.optional(v.boolean('must be true or false')),
  /** When it completes by itself. Default: never. */
  completesAfterMs: v.optional(milliseconds),
  /** Its result when it completes by itself. Default: a `response` that is a google.protobuf.Empty. */
  result: v.optional(result),
  /** Its answer to a cancel while it runs. Default: the cancel wins at once. */
  onCancel: v.optional(onCancel),
  /** The answer to a cancel once it is done: `"ok"` (the default) is 200 with `{}`; otherwise an error. */
  cancelWhenDone: v.optional(
    v.union([v.literal('ok'), fields({ code: oneOf(codeNames), message })], 'must be "ok" or { code, message }'),
  ),
  /** Its answer to `:wait`: `true` (the default) is a long poll, `denied` a 403, `no-route-json` a JSON 404. */
  waitSupported: v.optional(
    v.union(
      [v.literal(true), v.picklist(waitBehaviours)],
      `must be true, ${waitBehaviours.map((one) => JSON.stringify(one)).join(', ')}`,
    ),
  ),
  /** Until then it is answered with 404. */
  visibleAfterMs: v.optional(milliseconds),
  /** From then on it is answered with 404, done or not. */
  expiresAfterMs: v.optional(milliseconds),
  /**
   * Default: for a name in a collection of Vertex AI, or with `metadataBytes`, asked for in `v1` or `v1beta1`, metadata
   * of Vertex AI, with `genericMetadata.createTime` and `updateTime`; otherwise none. Other services' clients read only
   * metadata whose `@type` they know. Of a job: more of its body, laid over the rest.
   */
  metadata: v.optional(jsonObject),
  /** The metadata while it runs after an accepted cancel. Default: the same. */
  cancellingMetadata: v.optional(jsonObject),
  /** Pads the `response` until the JSON of the done operation has this many bytes. */
  responseBytes: v.optional(bodyBytes),
  /** Pads the `metadata` likewise, also while the operation runs. */
  metadataBytes: v.optional(bodyBytes),
  /** Lists leave it out, and name its parent as `unreachable` (AIP-217). */
  unreachable: v.optional(v.boolean('must be true or false')),
  /** Replaces the project id in the name that is shown, as some Google services do. Requests may use either. */
  projectNumber: v.optional(v.pipe(text, v.regex(/^\d+$/, 'must be a string of digits'))),
});

/** The fields of a script, for the check of docs/emulator.md. */
export const scriptFields: readonly string[] = Object.keys(script.entries);

/** The result of a done operation. */
export type ScriptedResult = v.InferOutput<typeof result>;
/** The answer of a running operation to a cancel. */
export type CancelBehaviour = v.InferOutput<typeof onCancel>;
/** The life of one operation or job. Times are milliseconds after `add`. */
export type OperationScript = v.InferOutput<typeof script>;

/** Validates a script. @throws EmulatorError `INVALID_ARGUMENT` that names the field */
export function parseScript(value: unknown): OperationScript {
  const parsed = check(script, value, 'operation script');
  const ofJob = (['service', 'states', 'cancellingState', 'cancelledWithError'] as const).find((one) => one in parsed);
  if (ofJob === undefined || kindOfJob(parsed) !== undefined) return parsed;
  const { service = DEFAULT_SERVICE, name } = parsed;
  throw new EmulatorError(
    'INVALID_ARGUMENT',
    `Bad operation script: ${ofJob} is for jobs, and ${service} has no jobs with names such as ${name}`,
  );
}

/** Validates a result for `complete`. @throws EmulatorError `INVALID_ARGUMENT` that names the field */
export function parseResult(value: unknown): ScriptedResult {
  return check(result, value, 'result');
}
