import { OPERATION_KIND, type Problem } from '../../contract/names.js';
import { quoted } from '../../contract/text.js';
import { argumentError } from '../error.js';
import { nameOfKind, segmentsOf, type Kind } from './kind.js';
import { KINDS } from './table.js';
import { HINTS, hintOn } from './without-cancel.js';

/** A name that has a collection of operations in it, or is an id alone, as Speech answers with. */
const OPERATION_NAME = /^[^/]+$|(?:operations|batches)\//i;

/** The kinds without those whose names are operations of other services, too: only the service tells them apart. */
const JOBS = KINDS.filter(({ names }) => names.some((pattern) => !pattern.endsWith('/operations/*')));

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

/** The services that have jobs, or resources without a cancel, with names like this one. */
export function servicesOfJob(name: string): string[] {
  return [...new Set([...servicesWith(JOBS, name), ...servicesWith(HINTS, name)])];
}

function servicesWith(kinds: readonly Pick<Kind, 'service' | 'names'>[], name: string): string[] {
  return kinds.filter((kind) => segmentsOf(kind, name) !== undefined).map(({ service }) => service);
}

/**
 * The problem of a name that is known to be that of no operation: of a resource without a cancel, or of a service whose
 * jobs are known and none is named so. A clause that says which names the service has, and what the resource is or whose
 * job it may be. Of another service the answer to the first poll tells.
 */
export function problemOfKind({ service, name }: { service: string; name: string }): Problem | undefined {
  if (kindOf({ service, name }) !== undefined) return undefined;
  const reason = hintOn({ service, name });
  const kinds = kindsOf(service);
  if (reason === undefined && (kinds.length === 0 || OPERATION_NAME.test(name))) return undefined;
  const patterns = kinds.flatMap(({ names }) => names).map((pattern) => pattern.replaceAll('*', '…'));
  const accepted = patterns.length === 0 ? '' : `, or of a job of ${service}: ${patterns.join(', ')}`;
  const others = servicesWith(JOBS, name);
  const hint = reason ?? (others.length === 0 ? undefined : `did you mean a job of ${others.join(' or ')}?`);
  return (
    `must be that of an operation, such as projects/p/locations/l/operations/123${accepted}` +
    (hint === undefined ? '' : `; ${hint}`)
  );
}

/**
 * Refuses a name that {@link problemOfKind} finds a problem in.
 *
 * @throws GoogleApiError of kind `ARGUMENT`
 */
export function assertKnownKind(ref: { service: string; name: string }): void {
  const problem = problemOfKind(ref);
  if (problem !== undefined) throw argumentError(`name ${problem}; it is ${quoted(ref.name)}`);
}
