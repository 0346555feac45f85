/** What a request asks for. */
export type Method = 'get' | 'cancel' | 'wait' | 'list' | 'delete' | 'unknown';

/** Every method, for messages and checks. */
export const methods: readonly Method[] = ['get', 'cancel', 'wait', 'list', 'delete', 'unknown'];

/** A request to the Google API, taken apart. */
export interface Route {
  method: Method;
  /** The operation's name; for `list` the parent's, and empty where `operations` itself is listed. */
  name?: string;
  apiVersion?: string;
  /** `list` only: what the names of the listed operations begin with. */
  prefix?: string;
  query: URLSearchParams;
}

const PATH = /^\/(v\d{1,3}(?:[a-z][a-z0-9]*)?)\/(.+)$/;
// Besides operations: Storage Transfer's transferOperations, and batches of the Gemini API.
const LIST = /^(?:(.+)\/)?(operations|[a-z]+Operations|batches)$/;

/**
 * The route of a request by the default HTTP mapping of google.longrunning.Operations (operations.proto) with a name of any
 * collection. A listing of `{parent}/operations` takes in all operations under the parent, in nested collections too.
 */
export function routeOf(httpMethod: string, url: string): Route {
  const { path, query } = split(url);
  const [, apiVersion, rest = ''] = PATH.exec(path) ?? [];
  if (apiVersion === undefined) return { method: 'unknown', query };
  const [, name = '', verb] = /^([^:]+)(?::([A-Za-z]+))?$/.exec(rest) ?? [];
  const known = { apiVersion, query };
  const [list, parent, collection = ''] = LIST.exec(name) ?? [];
  if (httpMethod === 'GET' && verb === undefined && list !== undefined) {
    return { ...known, method: 'list', name: parent ?? '', prefix: `${parent ?? collection}/` };
  }
  const method = methodOf(httpMethod, verb);
  if (method === 'unknown' || !name.includes('/')) return { ...known, method: 'unknown' };
  return { ...known, method, name };
}

function methodOf(httpMethod: string, verb: string | undefined): Method {
  if (verb === undefined)
    return httpMethod === 'GET' ? 'get' : httpMethod === 'DELETE' ? 'delete' : 'unknown';
  return httpMethod === 'POST' && (verb === 'cancel' || verb === 'wait') ? verb : 'unknown';
}

function split(url: string): { path: string; query: URLSearchParams } {
  const at = url.indexOf('?');
  const path = at === -1 ? url : url.slice(0, at);
  return { path: decoded(path), query: new URLSearchParams(at === -1 ? '' : url.slice(at + 1)) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}
