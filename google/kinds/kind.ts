import type { FinalOutcome } from '../../contract/outcome.js';

/**
 * How one kind of job is named, read, cancelled and listed. A job is a resource that is cancelled and polled like an
 * operation and is none: a word says its state. Everything here is data. Paths are names of fields with dots between
 * them, such as `status.state`.
 */
export interface Kind {
  service: string;
  /** Its names, as patterns: `*` is any one segment. The segment before the last `*` is the kind's name. */
  names: readonly string[];
  /** The kind in results, lists and metrics. Default: the collection in its first pattern, such as `customJobs`. */
  kind?: string;
  /** What is read of an answer. Default: `word`. */
  read?: 'word' | 'bigquery' | 'run' | 'operation';
  /** The place of the word. Default: `state`. */
  state?: string;
  /** The prefix of the words, such as `JOB_STATE_`. The words below stand without it. */
  prefix?: string;
  /** The final words and what they mean; every other word, and none, means that it runs. Default: {@link PLAIN_WORDS}. */
  ends?: Readonly<Record<string, FinalOutcome>>;
  /** Words of a job that is being cancelled and that do not say so themselves, as `CANCELLING` does. */
  stopping?: readonly string[];
  /** Words with which the service refuses to cancel for the time being. */
  early?: readonly string[];
  /** The place of the error: a google.rpc.Status, or a text. */
  error?: string;
  /** The places of the times. Default: `createTime`, `startTime` and `endTime`. */
  times?: Partial<Record<'create' | 'start' | 'end', string>>;
  /** The place of the id or name by which an answer says which job it is about. Default: `name`. */
  id?: string;
  /** Where an outcome is read if not at the place of the word. */
  evidence?: Partial<Record<FinalOutcome, string>>;
  /** The name in the URL, and its query, where they are not the name: `{1}` is the first segment that `*` stands for. */
  path?: string;
  query?: Readonly<Record<string, string>>;
  cancel?: CancelBinding;
  /** How its collection is listed. */
  list?: ListBinding;
}

/** How a kind is cancelled. Default: POST to `{name}:cancel` without a body. */
export interface CancelBinding {
  /** What follows the name. Default: `:cancel`. */
  verb?: string;
  method?: 'PUT';
  /** `{0}` is the name, `{1}` its first segment that `*` stands for. */
  body?: Readonly<Record<string, string>>;
  /** The field of the job that names the operation to cancel, for the job has no cancel of its own. */
  through?: string;
  /** Why it cannot be cancelled, as a sentence without its full stop. No request is sent. */
  none?: string;
}

/** How a collection is listed. Default: the collection is a page of a list whose array is called as the collection. */
export interface ListBinding {
  /** Why it cannot be listed, as a clause. */
  none?: string;
  /** The name of the array. */
  array?: string;
  /** The filter for what runs. */
  running?: string;
  /** Parameters that every list has. */
  query?: Readonly<Record<string, string>>;
  /** The parameter of the filter, and that of the page size, where they are not `filter` and `pageSize`. */
  filterIn?: string;
  pageSizeIn?: string;
  /** The parent of lists of all of a location, where the collection is deeper: `*` becomes `-`. Default: none is known. */
  acrossParents?: true;
  /** The place of the name that people gave it. */
  displayName?: string;
}

/** What most services call the end of a job. */
export const PLAIN_WORDS: Readonly<Record<string, FinalOutcome>> = {
  SUCCEEDED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
};

/** The kind's name in results, lists and metrics. */
export function nameOfKind({ kind, names: [pattern = ''] }: Kind): string {
  return kind ?? pattern.split('/').at(-2) ?? '';
}

/** The segments of a name that `*` stands for in the kind's pattern, or `undefined` if the name is of another kind. */
export function segmentsOf({ names }: Kind, name: string): string[] | undefined {
  const segments = name.split('/');
  for (const pattern of names) {
    const expected = pattern.split('/');
    const matches =
      expected.length === segments.length && expected.every((one, i) => one === '*' || one === segments[i]);
    if (matches) return segments.filter((_, i) => expected[i] === '*');
  }
  return undefined;
}

/** The place in an answer where the word stands. */
export function statePathOf({ state = 'state' }: Kind): string {
  return state;
}
