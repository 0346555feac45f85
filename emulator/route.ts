export const methods = ['get', 'cancel', 'wait', 'list', 'delete', 'unknown'] as const;

/** The method that a request calls. */
export type Method = (typeof methods)[number];

/** A parsed request to the Google API. */
export interface Route {
  method: Method;
  /** The operation's name; for `list` the parent's, which is empty if `operations` itself is listed. */
  name?: string;
  apiVersion?: string;
  /** `list` only: the prefix of the names of the listed operations. */
  prefix?: string;
  query: URLSearchParams;
}

const PATH = /^\/(v\d{1,3}(?:[a-z][a-z0-9]*)?)\/(.+)$/;
// Besides operations, Storage Transfer has transferOperations and the Gemini API has batches.
const LIST = /^(?:(.+)\/)?(operations|[a-z]+Operations|batches)$/;

/**
 * The route of a request under the default HTTP mapping of google.longrunning.Operations (operations.proto), with names
 * of any collection. A list of `{parent}/operations` includes the operations of nested collections.
 */
export function routeOf(httpMethod: string, url: string): Route {
  const [path = '', search] = url.split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const [, apiVersion, rest = ''] = PATH.exec(decodePath(path)) ?? [];
  if (apiVersion === undefined) return { method: 'unknown', query };
  const [, name = '', verb] = /^([^:]+)(?::([A-Za-z]+))?$/.exec(rest) ?? [];
  const common = { apiVersion, query };
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

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
