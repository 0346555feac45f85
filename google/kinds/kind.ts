import type { FinalOutcome } from '../../contract/outcome.js';

/**
 * How one kind of job is named, read, cancelled and listed. A job is a resource that is cancelled and polled like an
 * operation and is none: a word says its state. Everything here is data. Paths are names of fields with dots between
 * them, such as `status.state`; of an array on the way they mean its first item.
 */
export interface Kind {
  service: string;
  /** Its names, as patterns: `*` is any one segment. The segment before the last `*` is the kind's name. */
  names: readonly string[];
  /** The kind in results, lists and metrics. Default: the collection in its first pattern, such as `customJobs`. */
  kind?: string;
  /** What is read of an answer. Default: `word`. */
  read?: 'word' | 'bigquery' | 'run' | 'matrix' | 'operation';
  /** The place of the word. Default: `state`. */
  state?: string;
  /** The prefix of the words, such as `JOB_STATE_`. The words below stand without it. */
  prefix?: string;
  /** The final words beside {@link PLAIN_WORDS}, and what they mean. Every other word, and none, means that it runs. */
  ends?: Readonly<Record<string, FinalOutcome>>;
  /** Words of a job that is being cancelled and that do not say so themselves, as `CANCELLING` does. */
  stopping?: readonly string[];
  /** Words with which the service refuses to cancel for the time being. */
  early?: readonly string[];
  /** The place of the error: a google.rpc.Status, a text, or several of them. */
  error?: string;
  /**
   * The places of the times that it has; that of its end may be the time since when it has its state. Default:
   * `createTime`, `startTime` and `endTime`.
   */
  times?: Partial<Record<'create' | 'start' | 'end', string>>;
  /** The place of the id or name by which an answer says which job it is about. Default: `name`. */
  id?: string;
  /** The place of another id by which a job may be asked for. */
  otherId?: string;
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
  /** `{0}` is the name, `{1}` its first segment that `*` stands for, and `{-1}` the last one. */
  body?: Readonly<Record<string, string>>;
  /** The field of the job that names the operation to cancel, for the job has no cancel of its own. */
  through?: string;
  /** The field of the answer that is true if the service has taken the cancel. Default: every 2xx says so. */
  accepted?: string;
  /** Why it cannot be cancelled, as a sentence without its full stop. No request is sent. */
  none?: string;
}

/** How a collection is listed. Default: the collection is a page of a list whose array is called as the collection. */
export interface ListBinding {
  /** Why it cannot be listed, as a clause. */
  none?: string;
  /** What it leaves out, as a clause: it cannot say which jobs have ended. */
  leavesOut?: string;
  /** The name of the array. */
  array?: string;
  /** The filter for what runs. One of several values is repeated. */
  running?: string | readonly string[];
  /** Parameters that every list has; one with several values is repeated. */
  query?: Readonly<Record<string, string | readonly string[]>>;
  /** The parameter of the filter, and that of the page size, where they are not `filter` and `pageSize`. */
  filterIn?: string;
  pageSizeIn?: string;
  /** The largest page that may be asked for. Default: a larger one is taken for the largest. */
  maxPageSize?: number;
  /** The place of the names of the places that a list could not reach, where it is not `unreachable`. */
  unreachable?: string;
  /** The parent of lists of all of a location, where the collection is deeper: `*` becomes `-`. Default: none is known. */
  acrossParents?: true;
  /** A list has one page, and knows no page size and no token. */
  unpaged?: true;
  /** The place of the location in an item, where a list is of all of them, whichever the parent names. */
  location?: string;
  /** The place of the name that people gave it. */
  displayName?: string;
}

/** What services call the end of a job. None is known that means anything else by these words. */
const PLAIN_WORDS: Readonly<Record<string, FinalOutcome>> = {
  SUCCEEDED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
  CANCELED: 'CANCELLED',
};

/** The parent of most jobs. */
export const LOCATION = 'projects/*/locations/*';

/** A filter for one of these words (AIP-160). */
export function anyOf(words: readonly string[], prefix = '', field = 'state'): string {
  return words.map((word) => `${field}="${prefix}${word}"`).join(' OR ');
}

/** The kind's name in results, lists and metrics. */
export function nameOfKind(kind: Kind): string {
  return kind.kind ?? collectionNameOf(kind);
}

/** The last segment of its collections, such as `customJobs`. */
export function collectionNameOf({ names: [pattern = ''] }: Kind): string {
  return pattern.split('/').at(-2) ?? '';
}

/** The segments of a name that `*` stands for in the kind's pattern, or `undefined` if the name is of another kind. */
export function segmentsOf({ names }: Pick<Kind, 'names'>, name: string): string[] | undefined {
  const segments = name.split('/');
  for (const pattern of names) {
    const expected = pattern.split('/');
    const matches =
      expected.length === segments.length && expected.every((one, i) => one === '*' || one === segments[i]);
    if (matches) return segments.filter((_, i) => expected[i] === '*');
  }
  return undefined;
}

/**
 * The name of a job of the kind whose URL has this path after the version, and this query: the inverse of `path` and
 * `query`. `undefined` where it is the path of no such job, or the query leaves out a part of the name.
 */
export function nameInPath(kind: Kind, resource: string, query: URLSearchParams): string | undefined {
  const { path = '{0}', query: parameters = {}, names } = kind;
  const found = new Map<number, string>();
  const templates: [string, string][] = [[path, resource]];
  for (const [key, template] of Object.entries(parameters)) templates.push([template, query.get(key) ?? '']);
  for (const [template, text] of templates) {
    const indexes = [...template.matchAll(/\{(\d)\}/g)].map(([, index]) => Number(index));
    const pattern = template.replaceAll(/\{(\d)\}/g, (_, index) => (index === '0' ? '(.+)' : '([^/]+)'));
    const values = new RegExp(`^${pattern}$`).exec(text)?.slice(1) ?? [];
    for (const [at, value] of values.entries()) found.set(indexes[at] ?? 0, value);
  }
  return names
    .map((pattern) => {
      let at = 0;
      return found.get(0) ?? pattern.replaceAll('*', () => found.get(++at) ?? '');
    })
    .find((name) => segmentsOf(kind, name)?.every(Boolean));
}

/** The place in an answer where the word stands. */
export function statePathOf({ state = 'state' }: Kind): string {
  return state;
}

/** What a word means, with its prefix or without; `undefined` while the job runs. */
export function outcomeOfWord(kind: Kind, word: string): FinalOutcome | undefined {
  const ends = { ...PLAIN_WORDS, ...kind.ends };
  const bare = withoutPrefix(kind, word);
  return Object.hasOwn(ends, bare) ? ends[bare] : undefined;
}

/** A word without the prefix of the kind. */
export function withoutPrefix({ prefix = '' }: Kind, word: string): string {
  return word.startsWith(prefix) ? word.slice(prefix.length) : word;
}
