import type { CodeName } from '../../contract/code.js';
import type { JsonObject, RpcStatus } from '../../contract/operation.js';

export type { JsonObject };

/**
 * The result of a done operation: a `response`, an `error`, neither (`{}`: "some services might not provide
 * the result", operations.proto), or both, which no service should return and a client has to survive.
 */
export interface ScriptedResult {
  /** A google.protobuf.Any in its JSON form. */
  response?: JsonObject;
  /** A google.rpc.Status; its `code` is the google.rpc.Code number. */
  error?: RpcStatus;
  /** Replaces the metadata: many services tell there how an operation ended. */
  metadata?: JsonObject;
}

/** The consequence of an accepted cancel. Times are milliseconds after the acceptance; default: 0. */
export type AcceptedCancel =
  /** The operation ends with `error.code` 1. */
  | { kind: 'wins'; afterMs?: number; message?: string }
  /** The operation completes all the same: by itself, or with its `result` after `afterMs` if that is given. */
  | { kind: 'loses'; afterMs?: number }
  /** The operation ends with another error, such as 10 (ABORTED). */
  | { kind: 'fails'; code: number; message?: string; afterMs?: number }
  /** The operation ends with any result, such as one that tells of the cancellation in its metadata only. */
  | { kind: 'ends'; result: ScriptedResult; afterMs?: number }
  /** The cancel has no effect. Unlike `loses`, this says nothing about how the operation ends. */
  | { kind: 'ignored' };

/** The answer of a running operation to a cancel. */
export type CancelBehaviour =
  | AcceptedCancel
  /**
   * The cancel is refused until `untilMs` after `add`, and for the first `times` cancels; always if neither
   * is given. Default of `code`: `FAILED_PRECONDITION`; of `message`: that of Vertex AI. Later cancels have
   * the consequence `afterwards`; default: `wins`.
   */
  | {
      kind: 'refused';
      untilMs?: number;
      times?: number;
      code?: CodeName;
      message?: string;
      afterwards?: AcceptedCancel;
    }
  /** The service answers UNIMPLEMENTED (HTTP 501). */
  | { kind: 'unimplemented' }
  /** The service has no such route: a 404, by default in HTML. */
  | { kind: 'no-route'; body?: RouteBody };

/** The body of a 404 for a missing route: an HTML page, or JSON with the message `Method not found.` */
export type RouteBody = 'html' | 'json';

/** The answer of an operation to `:wait`: `true` is a long poll, `denied` a 403, `no-route-json` a JSON 404. */
export type WaitBehaviour = true | 'unimplemented' | 'no-route' | 'no-route-json' | 'denied' | 'returns-at-once';

/** The life of one operation. Times are milliseconds after `add`. */
export interface OperationScript {
  /** The full name, of any collection: `projects/p/locations/l/indexes/7/operations/1`, `batches/1`, `operations/x`. */
  name: string;
  /** When it completes by itself. Default: never. */
  completesAfterMs?: number;
  /** Its result when it completes by itself. Default: a `response` that is a google.protobuf.Empty. */
  result?: ScriptedResult;
  /** Its answer to a cancel while it runs. Default: the cancel wins at once. */
  onCancel?: CancelBehaviour;
  /** The answer to a cancel once it is done: `"ok"` (the default) is 200 with `{}`; otherwise an error. */
  cancelWhenDone?: 'ok' | { code: CodeName; message?: string };
  /** Its answer to `:wait`. Default: `true`, a long poll. */
  waitSupported?: WaitBehaviour;
  /** Until then it is answered with 404. */
  visibleAfterMs?: number;
  /** From then on it is answered with 404, done or not. */
  expiresAfterMs?: number;
  /**
   * Default: for a name of a location, asked for in `v1` or `v1beta1`, metadata of Vertex AI, with
   * `genericMetadata.createTime` and `updateTime`; otherwise none. Other services' clients read only metadata whose
   * `@type` they know.
   */
  metadata?: JsonObject;
  /** The metadata while it runs after an accepted cancel. Default: the same. */
  cancellingMetadata?: JsonObject;
  /** Pads the `response` until the JSON of the done operation has this many bytes. */
  responseBytes?: number;
  /** Pads the `metadata` likewise, also while the operation runs. */
  metadataBytes?: number;
  /** Lists leave it out, and name its parent as `unreachable` (AIP-217). */
  unreachable?: boolean;
  /** Replaces the project id in the name that is shown, as some Google services do. Requests may use either. */
  projectNumber?: string;
}
