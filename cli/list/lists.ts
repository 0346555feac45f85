import type { OperationRef } from '../../contract/activities.js';
import { parseBulkInput } from '../../contract/bulk.js';
import type { Duration } from '../../contract/duration.js';
import { DEFAULT_SERVICE, OPERATION_KIND } from '../../contract/names.js';
import { withoutUndefined } from '../../contract/without-undefined.js';
import { GoogleApiError } from '../../google/error.js';
import {
  ALL_KINDS,
  collectionOf,
  collectionsOf,
  kindsNotUnder,
  type Collection,
} from '../../google/kinds/collections.js';
import { badUsage, checkFlags } from '../input/flags.js';
import { CommandError } from '../command-error.js';
import { apiOf } from '../input/operation-name.js';
import { say } from '../output/terminal.js';

/** The flags that select what to list. */
export interface SelectionFlags {
  parent: string | string[];
  service?: string | string[];
  apiVersion?: string;
  kind?: string[];
  olderThan?: Duration;
  filter?: string;
}

type ApiRef = Omit<OperationRef, 'name'>;

/** A list to read: the operations of a parent, or the jobs of one kind. */
export interface List extends Collection, ApiRef {
  /** The service may lack it: `all` asks for what there is. */
  mayBeMissing: boolean;
}

/** What to list. */
export interface Selection {
  lists: readonly List[];
  /** In milliseconds. */
  olderThan?: number;
  filter?: string;
}

/**
 * The lists that flags stand for: of each service, parent and kind that go together. A parent that is a collection of
 * one service's jobs is listed of that service only.
 *
 * @throws {CommandError} `BAD_USAGE` if a flag is not valid, or a service, parent or kind goes with none of the others
 */
export function selectionOf(flags: SelectionFlags): Selection {
  const { kind: kinds, filter, apiVersion } = flags;
  const services = [flags.service ?? DEFAULT_SERVICE].flat();
  const parents = [flags.parent].flat();
  if (services.length > 1 && apiVersion !== undefined)
    throw new CommandError('BAD_USAGE', '--api-version goes with one --service only.\nNothing was done.');
  const apis = services.map((service) => apiOf({ service, ...withoutUndefined({ apiVersion }) }));
  let olderThan: number | undefined;
  for (const parent of parents)
    for (const api of apis) {
      const input = withoutUndefined({ ...api, parent, kinds, filter, olderThan: flags.olderThan });
      ({ olderThan } = checkFlags(() => parseBulkInput(input)));
    }
  return { lists: listsOf(apis, parents, kinds), ...withoutUndefined({ olderThan, filter }) };
}

function listsOf(apis: readonly ApiRef[], parents: readonly string[], kinds: readonly string[] = []): List[] {
  const lists = new Map<string, List>();
  const listed = new Set<string>();
  const refused: { words: string[]; error: GoogleApiError }[] = [];
  for (const parent of parents) {
    const owners = apis.filter(({ service }) => collectionsOf({ service, parent })[0]?.kind !== OPERATION_KIND);
    for (const api of owners.length > 0 ? owners : apis)
      for (const kind of kinds.length > 0 ? kinds : [undefined]) {
        const words = [api.service, parent, ...(kind === undefined ? [] : [kind])];
        try {
          const found = collectionsOf({ ...api, parent }, kind === undefined ? [] : [kind]);
          for (const word of words) listed.add(word);
          for (const one of found) {
            const key = `${api.service} ${collectionOf({ ...api, parent: one.parent }).collection}`;
            const mayBeMissing = kind === ALL_KINDS && found.length > 1 && one.kind === OPERATION_KIND;
            lists.set(key, { ...api, ...one, mayBeMissing: mayBeMissing && lists.get(key)?.mayBeMissing !== false });
          }
        } catch (error) {
          if (!(error instanceof GoogleApiError)) throw error;
          refused.push({ words, error });
        }
      }
  }
  const useless = refused.find(({ words }) => words.some((word) => !listed.has(word)));
  if (useless === undefined) return [...lists.values()];
  throw badUsage(new Error(withFlagNames(useless.error.message), { cause: useless.error }));
}

/** Says on stderr which kinds `all` leaves out, because they are listed under other parents. */
export function reportNotUnder({ kind = [], parent, service = DEFAULT_SERVICE }: SelectionFlags): void {
  if (!kind.includes(ALL_KINDS)) return;
  for (const one of [parent].flat())
    for (const api of [service].flat()) {
      const kinds = kindsNotUnder({ service: api, parent: one });
      if (kinds.length > 0)
        say(`Not listed under ${one}, as ${api} has them under other parents: ${kinds.join(', ')}.`);
    }
}

/** A message about an argument names the field, so the flag replaces it for the user. */
export function withFlagNames(message: string): string {
  return message.replace(/^(parent|service|kind)s?\b/, '--$1');
}
