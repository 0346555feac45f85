/** Any JSON object. */
export type JsonObject = Record<string, unknown>;

/** A google.rpc.Status as it stands inside an Operation: `code` is the google.rpc.Code number, not an HTTP status. */
export interface RpcStatus {
  code: number;
  message?: string;
  /** google.protobuf.Any values in their JSON form. */
  details?: JsonObject[];
}

/**
 * A google.longrunning.Operation in its JSON form, with `done` filled in: proto3 JSON leaves it out while it
 * is false. When `done` is false neither `error` nor `response` is there; when it is true at most one is, and
 * some services give neither (google/longrunning/operations.proto).
 */
export interface Operation {
  name: string;
  done: boolean;
  error?: RpcStatus;
  /** A google.protobuf.Any in its JSON form: an object with `@type`. */
  response?: JsonObject;
  /** A google.protobuf.Any in its JSON form, whose type each service defines. */
  metadata?: JsonObject;
}
