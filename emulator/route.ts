import type { Kind } from '../google/kinds/kind.js';

export const methods = ['get', 'cancel', 'wait', 'list', 'delete', 'unknown'] as const;

/** The method that a request calls. */
export type Method = (typeof methods)[number];

/** A parsed request to the Google API. */
export interface Route {
  method: Method;
  /**
   * The operation's or job's name; for `list` the parent's, which is empty if `operations` itself is listed, and of jobs
   * the collection's.
   */
  name?: string;
  apiVersion?: string;
  /** `list` only: the prefix of the names of the listed operations. */
  prefix?: string;
  query: URLSearchParams;
  /** Of a job or of a list of jobs. */
  kind?: Kind;
  /** `list` of jobs only: what their names match. */
  members?: RegExp;
  /** Cloud Storage answers a cancel with 204 and no body. */
  isStorage?: boolean;
}

// Vertex AI's REST clients send `/ui/{name}`. Cloud DNS and Cloud Storage have a segment before the version.
const PATH = /^\/(?:dns\/|(storage)\/)?(v\d{1,3}(?:[a-z][a-z0-9]*)?|ui)\/(.+)$/;
// Besides operations, Storage Transfer has transferOperations and the Gemini API has batches.
const LIST = /^(?:(.+)\/)?(operations|[a-z]+Operations|batches)$/;

/**
 * The route of a request under the default HTTP mapping of google.longrunning.Operations (operations.proto), with names
 * of any collection, or under the mappings of Vertex AI's `/ui/`, Cloud DNS and Cloud Storage. A list of
 * `{parent}/operations` includes the operations of nested collections.
 */
export function routeOf(httpMethod: string, url: string): Route {
  const [path = '', search] = url.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const [, storage, version, resource = ''] = PATH.exec(decodePath(path)) ?? [];
  if (version === undefined) return { method: 'unknown', query };
  const isStorage = storage !== undefined;
  // Ids may have colons: a verb is what stands after the last one.
  const [, name = '', verb] = /^(.+?)(?::(cancel|wait))?$/s.exec(isStorage ? storageName(resource) : resource) ?? [];
  const common = { ...(version !== 'ui' && { apiVersion: version }), ...(isStorage && { isStorage }), query };
  const [list, parent, collection = ''] = LIST.exec(name) ?? [];
  if (httpMethod === 'GET' && verb === undefined && list !== undefined) {
    return { ...common, method: 'list', name: parent ?? '', prefix: `${parent ?? collection}/` };
  }
  const method = methodOf(httpMethod, verb);
  if (method === 'unknown' || !name.includes('/')) return { ...common, method: 'unknown' };
  return { ...common, method, name };
}

function methodOf(httpMethod: string, verb: string | undefined): Method {
  if (verb === undefined) return httpMethod === 'GET' ? 'get' : httpMethod === 'DELETE' ? 'delete' : 'unknown';
  return httpMethod === 'POST' && (verb === 'cancel' || verb === 'wait') ? verb : 'unknown';
}

/** Cloud Storage's path of an operation or its cancel, `b/{bucket}/operations/{id}/cancel`, as name and verb. */
function storageName(path: string): string {
  return path.replace(/^b\//, 'projects/_/buckets/').replace(/\/cancel$/, ':cancel');
}

/** The decoded path. `%2F` is part of a segment and stays. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path.replace(/%2F/gi, '%252F'));
  } catch {
    return '';
  }
}
