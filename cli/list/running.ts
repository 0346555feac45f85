import { OPERATION_KIND } from '../../contract/names.js';
import { factsOf } from '../../contract/operation-facts.js';
import type { JsonObject, Operation } from '../../contract/operation.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { isTooDeep } from '../../google/json.js';
import { textAt } from '../../google/kinds/field-path.js';
import { createTimeOf } from '../../google/operation.js';
import { count } from '../output/words.js';

/** An operation or a job that runs, as `-o json` prints it. */
export interface Running {
  name: string;
  service: string;
  /** `operation`, or the job's kind. */
  kind: string;
  /** The name that people gave to a job. */
  displayName?: string;
  /** The word of its service. */
  state?: string;
  /** In RFC 3339. */
  createTime?: string;
  /** From 0 to 100. */
  progressPercent?: number;
  done: boolean;
  metadata?: JsonObject;
}

/** What is known of an operation or a job that a list shows. Metadata that is nested too deeply is left out. */
export function toRunning({ service, kind }: { service: string; kind: string }, operation: Operation): Running {
  const { name, done, metadata = {} } = operation;
  const { displayName, progressPercent } = factsOf(operation);
  return withoutUndefined({
    name,
    service,
    kind,
    displayName: kind === OPERATION_KIND ? undefined : displayName,
    state: textAt(metadata, 'state'),
    createTime: createTimeOf(operation),
    progressPercent,
    done,
    metadata: isTooDeep(metadata) ? undefined : operation.metadata,
  });
}

/** `2 operations`, `1 job`, `5 operations and jobs`. */
export function countRunning(all: readonly Running[]): string {
  const jobs = all.filter(({ kind }) => kind !== OPERATION_KIND).length;
  if (jobs > 0 && jobs < all.length) return `${all.length} operations and jobs`;
  return count(all.length, jobs === 0 ? 'operation' : 'job');
}
