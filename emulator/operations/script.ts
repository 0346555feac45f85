import type { CodeName } from '../../contract/code.js';
import type { RpcStatus } from '../../contract/operation.js';

/** Any JSON object. */
export type JsonObject = Record<string, unknown>;

/**
 * What a done operation shows: a `response`, an `error`, neither (`{}`: "some services might not provide the result",
 * operations.proto), or both, which no service should do and a client has to survive.
 */
export interface ScriptedResult {
  /** A google.protobuf.Any in its JSON form. */
  response?: JsonObject;
  /** A google.rpc.Status; its `code` is the google.rpc.Code number. */
  error?: RpcStatus;
}

/** What an accepted cancel leads to. Times count from the acceptance, in milliseconds, and are 0 where left out. */
export type AcceptedCancel =
  /** The operation ends with `error.code` 1. */
  | { kind: 'wins'; afterMs?: number; message?: string }
  /** The operation completes all the same: by itself, or with its `result` after `afterMs` where that is given. */
  | { kind: 'loses'; afterMs?: number }
  /** The operation ends with another error, such as 10 (ABORTED). */
  | { kind: 'fails'; code: number; message?: string; afterMs?: number }
  /** Nothing: the operation runs on. Unlike `loses` it says nothing of how the operation ends. */
  | { kind: 'ignored' };

/** How an operation that runs takes a cancel. */
export type CancelBehaviour =
  | AcceptedCancel
  /**
   * Refused until `untilMs` after `add`, or for the first `times` cancels, or for both; for ever where neither is given.
   * `code` is `FAILED_PRECONDITION` where left out, `message` what Vertex AI says; `afterwards` is how it takes the cancel from then on, `wins` where left out.
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
  /** The service has no such route: a 404, in HTML where `body` is left out. */
  | { kind: 'no-route'; body?: RouteBody };

/** How a service says that it has no such route: a page, or a JSON 404 `Method not found.` */
export type RouteBody = 'html' | 'json';

/** How an operation takes `:wait`: `true` is a long poll, `denied` a 403, and `no-route-json` a JSON 404 `Method not found.` */
export type WaitBehaviour =
  true | 'unimplemented' | 'no-route' | 'no-route-json' | 'denied' | 'returns-at-once';

/** The life of one operation. Times are milliseconds after `add`. */
export interface OperationScript {
  /** The full name, of any collection: `projects/p/locations/l/indexes/7/operations/1`, `batches/1`, `operations/x`. */
  name: string;
  /** When it completes by itself; left out: never. */
  completesAfterMs?: number;
  /** What it shows when it completed by itself. Left out: a `response` that is a google.protobuf.Empty. */
  result?: ScriptedResult;
  /** How it takes a cancel while it runs. Left out: the cancel wins at once. */
  onCancel?: CancelBehaviour;
  /** What a cancel of it answers once it is done: 200 and `{}` (`"ok"`, where left out), or an error. */
  cancelWhenDone?: 'ok' | { code: CodeName; message?: string };
  /** How it takes `:wait`. Left out: as a long poll. */
  waitSupported?: WaitBehaviour;
  /** It is a 404 before this. */
  visibleAfterMs?: number;
  /** It is a 404 from this on, done or not. */
  expiresAfterMs?: number;
  /** Left out: metadata like Vertex AI's, with `genericMetadata.createTime` and `updateTime`. */
  metadata?: JsonObject;
  /** Pads the `response`, so that the whole JSON of the done operation has this many bytes. It is streamed, however large. */
  responseBytes?: number;
  /** The same by way of the `metadata`, while the operation runs too. */
  metadataBytes?: number;
  /** Google may answer with a project number where the id was asked: this stands in the name it shows, and finds it too. */
  projectNumber?: string;
}
