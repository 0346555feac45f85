import { readGoogleConfig } from '../../config/google-config.js';
import { createGoogleClient } from '../../config/google-client.js';
import { forEachConcurrently } from '../../contract/for-each-concurrently.js';
import { GoogleApiError } from '../../google/error.js';
import { hasNoList } from '../../google/list-pages.js';
import { CommandError } from '../command-error.js';
import { withFlagNames, type List, type Selection } from './lists.js';
import { toRunning, type Running } from './running.js';
import { runningOperations } from './running-operations.js';

/** A list that Google refused. */
export interface RefusedList {
  parent: string;
  service: string;
  kind: string;
  error: { type: string; message: string };
}

/** What lists show. */
export interface Found {
  running: Running[];
  refused: RefusedList[];
  /** The places that Google could not reach. */
  unreachable: string[];
  /** How many were passed over because they tell no time of creation; only with `olderThan`. */
  unknownAge: number;
}

const MAX_LISTS_AT_ONCE = 8;

/**
 * Reads lists with the caller's own credentials and variables. What runs is in the order of the lists. A list that is
 * refused does not hide the others.
 *
 * @param onRunning is called with each as it is found
 * @throws {ConfigError}
 * @throws {CommandError} if the credentials cannot be used
 */
export async function readLists(
  { lists, olderThan, filter }: Selection,
  onRunning?: (running: Running) => void,
): Promise<Found> {
  const settings = readGoogleConfig(process.env);
  // ALLOWED_OPERATIONS limits what a worker may cancel, not what a person may list.
  const services = lists.map(({ service }) => service);
  const google = createGoogleClient({ ...settings, services, operations: ['**'] });
  const createdBefore = olderThan === undefined ? undefined : Date.now() - olderThan;
  const unreachable = new Set<string>();
  const seen = new Set<string>();
  const refused = new Map<List, RefusedList>();
  const running = new Map(lists.map((list) => [list, [] as Running[]]));
  let unknownAge = 0;

  const readList = async (list: List): Promise<void> => {
    const { service, apiVersion, parent } = list;
    for await (const operation of runningOperations(google, { service, apiVersion, parent, filter }, unreachable)) {
      const id = `//${service}/${operation.name}`;
      if (seen.has(id)) continue;
      seen.add(id);
      const one = toRunning(list, operation);
      if (createdBefore !== undefined && one.createTime === undefined) unknownAge += 1;
      if (createdBefore !== undefined && !(Date.parse(one.createTime ?? '') <= createdBefore)) continue;
      running.get(list)?.push(one);
      onRunning?.(one);
    }
  };

  await forEachConcurrently(lists, MAX_LISTS_AT_ONCE, async (list) => {
    try {
      await readList(list);
    } catch (error) {
      if (!(error instanceof GoogleApiError)) throw error;
      if (!(list.mayBeMissing && hasNoList(error))) refused.set(list, toRefused(list, error));
    }
  });
  return {
    running: [...running.values()].flat(),
    refused: lists.flatMap((list) => refused.get(list) ?? []),
    unreachable: [...unreachable],
    unknownAge,
  };
}

/** @throws {CommandError} if no list can be read, because the credentials cannot be used */
function toRefused({ parent, service, kind }: List, error: GoogleApiError): RefusedList {
  const { code } = error;
  const message = withFlagNames(error.message);
  if (code === 'UNAUTHENTICATED' || error.kind === 'CREDENTIALS') {
    const here = message.replace('on this worker', 'in this shell').replace(/\.{1,3}$/, '');
    throw new CommandError('FAILED', `${here}. Log in with: gcloud auth application-default login`, { cause: error });
  }
  const next = code === 'NOT_FOUND' ? '. Check --parent, --service and --api-version' : '';
  return { parent, service, kind, error: { type: code, message: message + next } };
}
