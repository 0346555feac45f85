import { lastSegment, locationOf } from '../../contract/names.js';
import { quoted } from '../../contract/text.js';
import type { JsonObject } from '../../contract/operation.js';
import { argumentError } from '../error.js';
import { isJsonObject, parseObject, wrongType } from '../json.js';
import { type OperationsPage, pageFieldsOf } from '../operation.js';
import { redact } from '../redact.js';
import { textAt, toMask, valuesAt } from './field-path.js';
import { collectionNameOf, segmentsOf, type Kind } from './kind.js';
import { fieldsOfJob, toOperation } from './read-job.js';

/** The field mask of a page of jobs. @param withDisplayName to show the jobs to a person */
export function fieldsOfJobs(kind: Kind, withDisplayName = false): string {
  const { displayName, location, unpaged, unreachable } = kind.list ?? {};
  const more = [location, withDisplayName ? displayName : undefined].filter((path) => path !== undefined);
  const fields = [fieldsOfJob(kind), ...more.map(toMask)];
  return `${arrayOf(kind)}(${[...new Set(fields)].join(',')})${unpaged ? '' : ',nextPageToken'}${unreachable === undefined ? '' : `,${toMask(unreachable)}`}`;
}

/** The parameters of a list of jobs. Without a filter only what runs is asked for, where the kind has a filter for it. */
export function parametersOfJobs(
  { list = {} }: Kind,
  {
    filter,
    pageSize,
    pageToken,
  }: { filter?: string | undefined; pageSize?: string | undefined; pageToken?: string | undefined },
): Record<string, string | readonly string[] | undefined> {
  const { filterIn = 'filter', pageSizeIn = 'pageSize', running, query, unpaged, maxPageSize } = list;
  const size = maxPageSize === undefined ? pageSize : pageSize && String(Math.min(Number(pageSize), maxPageSize));
  const isUnfiltered = filter === undefined || filter === '';
  return {
    ...query,
    ...(isUnfiltered ? running !== undefined && { [filterIn]: running } : { [filterIn]: filter }),
    ...(unpaged !== true && { [pageSizeIn]: size, pageToken }),
  };
}

/**
 * Reads a page of a list of jobs from the JSON of a 2xx, each as the Operation that it is like. Its metadata has the
 * `displayName` where that was asked for.
 *
 * @param collection that was listed, of which an item's name is made where it tells its id alone
 * @throws Error with a clause that follows "the body".
 */
export function parseJobs(kind: Kind, text: string, collection: string): OperationsPage {
  const body = parseObject(text);
  if (isJsonObject(body['error'])) throw new Error('is an error');
  const array = arrayOf(kind);
  const items = body[array] ?? [];
  if (!Array.isArray(items)) throw wrongType(array, 'an array', items);
  const operations = items.flatMap((item) => {
    if (!isJsonObject(item)) throw wrongType(array, 'an array of objects', item);
    const name = nameOf(kind, item, collection);
    if (name === undefined) return [];
    const { metadata, ...operation } = toOperation(kind, item, name);
    const displayName = textAt(item, kind.list?.displayName ?? '');
    return [{ ...operation, metadata: { ...metadata, ...(displayName !== undefined && { displayName }) } }];
  });
  return { operations, ...pageFieldsOf(body, valuesAt(body, kind.list?.unreachable ?? 'unreachable')) };
}

/** @returns `undefined` for a job of another location, where a list is of all of them */
function nameOf(kind: Kind, item: JsonObject, collection: string): string | undefined {
  const id = textAt(item, kind.id ?? 'name');
  if (id === undefined) throw new Error('has a job without a name');
  if (segmentsOf(kind, id) !== undefined) return id;
  const name = `${collection}/${lastSegment(id)}`;
  const location = textAt(item, kind.list?.location ?? '');
  const asked = locationOf(collection);
  if (location === undefined || asked === undefined) return named(name, id);
  if (asked !== '-' && asked.toLowerCase() !== location.toLowerCase()) return undefined;
  return named(
    name.replace(`/locations/${asked}/`, () => `/locations/${location}/`),
    id,
  );
}

/** @throws GoogleApiError of kind `ARGUMENT` where the name is not that of one job */
function named(name: string, id: string): string {
  if (!name.split('/').includes('-')) return name;
  throw argumentError(
    `parent must name what it is a list of, and not -: the service answers with ids alone, such as ${quoted(redact(id, 100))}`,
  );
}

function arrayOf(kind: Kind): string {
  return kind.list?.array ?? collectionNameOf(kind);
}
