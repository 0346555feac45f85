import { quoted } from '../../contract/text.js';
import { argumentError } from '../error.js';
import { nameOfKind, segmentsOf, type Kind } from './kind.js';
import { KINDS } from './table.js';
import { hintOn } from './without-cancel.js';

/** The name of the kind of everything that is a google.longrunning.Operation. */
export const OPERATION_KIND = 'operation';

/** A name that has a collection of operations in it, or is an id alone, as Speech answers with. */
const OPERATION_NAME = /^[^/]+$|(?:operations|batches)\//i;

/** The kinds of a service beside its operations, in the order of the table. */
export function kindsOf(service: string): readonly Kind[] {
  return KINDS.filter((kind) => kind.service === service);
}

/** The kind of a job by its service and name, or `undefined` if the name is that of an operation. */
export function kindOf({ service, name }: { service: string; name: string }): Kind | undefined {
  // Activities can be called with anything, and have to say so by the error of a bad name.
  if (typeof name !== 'string') return undefined;
  return kindsOf(service).find((kind) => segmentsOf(kind, name) !== undefined);
}

/** The name of the kind: `operation`, or a collection such as `customJobs`. */
export function kindNameOf(ref: { service: string; name: string }): string {
  const kind = kindOf(ref);
  return kind === undefined ? OPERATION_KIND : nameOfKind(kind);
}

/**
 * Refuses a name that is known to be that of no operation: of a resource without a cancel, or of a service whose jobs
 * are known and none is named so. Of another service the answer to the first poll tells.
 *
 * @throws GoogleApiError of kind `ARGUMENT` that says what the resource is, or which names the service has
 */
export function assertKnownKind({ service, name }: { service: string; name: string }): void {
  if (kindOf({ service, name }) !== undefined) return;
  const hint = hintOn({ service, name });
  const kinds = kindsOf(service);
  if (hint === undefined && (kinds.length === 0 || OPERATION_NAME.test(name))) return;
  const patterns = kinds.flatMap(({ names }) => names).map((pattern) => pattern.replaceAll('*', '…'));
  const accepted = patterns.length === 0 ? '' : `, or of a job of ${service}: ${patterns.join(', ')}`;
  throw argumentError(
    `name must be that of an operation, such as projects/p/locations/l/operations/123${accepted}; ` +
      `it is ${quoted(name)}${hint === undefined ? '' : `: ${hint}`}`,
  );
}
