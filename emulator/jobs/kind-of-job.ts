import { DEFAULT_SERVICE } from '../../contract/names.js';
import { collectionNameOf, type Kind, segmentsOf } from '../../google/kinds/kind.js';
import { KINDS } from '../../google/kinds/table.js';

/** The kind of a job by its service, by default Vertex AI, and its name; `undefined` for an operation. */
export function kindOfJob({ service = DEFAULT_SERVICE, name }: { service?: string; name: string }): Kind | undefined {
  return KINDS.find((kind) => kind.service === service && segmentsOf(kind, name) !== undefined);
}

/** The message type of a kind, such as `CustomJob` of `customJobs`. */
export function typeOfKind(kind: Kind): string {
  const collection = collectionNameOf(kind);
  const singular = collection.endsWith('ches') ? collection.slice(0, -2) : collection.replace(/s$/, '');
  return singular.charAt(0).toUpperCase() + singular.slice(1);
}

/** The operation that makes a job and cancels it, as of a batch of Dataproc, where its kind has no cancel of its own. */
export function linkedOperation(kind: Kind, name: string): string | undefined {
  if (kind.cancel?.through === undefined) return undefined;
  const [, parent = '', id = ''] = /^(.+)\/[^/]+\/([^/]+)$/.exec(name) ?? [];
  return `${parent.replace('/locations/', '/regions/')}/operations/${id}`;
}
