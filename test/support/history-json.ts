import { createRequire } from 'node:module';
import type { Handle } from './world.js';

type History = Awaited<ReturnType<Handle['fetchHistory']>>;

interface ProtoJson {
  toJson: (type: unknown, message: unknown) => unknown;
  fromJson: (type: unknown, json: unknown, options: { ignoreUnknownFields: boolean }) => unknown;
}

interface Root {
  lookupType(name: string): { fromObject(object: unknown): unknown };
}

// The SDK has this function too. It fails where npm has installed several copies of protobufjs and its two
// parts find different ones. The types belong to the copy that `@temporalio/proto` finds.
const fromCommon = createRequire(createRequire(import.meta.url).resolve('@temporalio/common'));
const fromProto = createRequire(fromCommon.resolve('@temporalio/proto'));
const { toJson, fromJson } = fromProto('protobufjs/ext/protojson') as ProtoJson;
const { patchProtobufRoot } = fromCommon('@temporalio/proto/lib/patch-protobuf-root') as {
  patchProtobufRoot: (root: unknown) => Root;
};
const historyType = patchProtobufRoot(fromCommon('@temporalio/proto')).lookupType('temporal.api.history.v1.History');

/** A history as other Temporal tools write it to files. */
export function historyToJson(history: History): unknown {
  return toJson(historyType, historyType.fromObject(history));
}

/** A history from a file. */
export function historyFromJson(json: unknown): History {
  return fromJson(historyType, json, { ignoreUnknownFields: true }) as History;
}
