import {
  type IamCall,
  PREFIXES,
  SPANNER,
  VERTEX_DOCUMENTED,
  VERTEX_RESOURCES,
  VERTEX_USUAL_VERBS,
  VERTEX_VERBS,
} from './iam-data.js';

export type { IamCall } from './iam-data.js';

/**
 * How sure a permission is: `documented` is what Google's documentation says of this call; `derived` follows from a rule that
 * Google documents for others, or from the names of permissions; `unknown` is neither.
 */
export type Basis = 'documented' | 'derived' | 'unknown';

/** What one call needs. */
export interface NeededPermission {
  /** Left out where it is not known, or one of several. */
  permission?: string;
  /** Where it is one of these: which, depends on the method that started the operation. */
  oneOf?: string[];
  for: IamCall;
  basis: Basis;
  /** One sentence. */
  note?: string;
}

/** A custom role, in the fields that `gcloud iam roles create --file` takes. */
export interface CustomRole {
  title: string;
  description: string;
  stage: 'GA';
  /** What is known for sure to be needed or follows by a rule; sorted. */
  includedPermissions: string[];
}

/** What an account needs at Google for one operation. */
export interface IamAdvice {
  name: string;
  service: string;
  permissions: NeededPermission[];
  /** Letters, digits, `_` and `.`; at most 64. */
  roleId: string;
  role: CustomRole;
}

export interface IamQuestion {
  /** A full name that `problemOfName` has nothing against. */
  name: string;
  service: string;
  /** The last part of the permission of the method that started it, such as `import` or `deploy`; it matters on Vertex AI only. */
  startedBy?: string | undefined;
}

const CALLS: readonly IamCall[] = ['get', 'wait', 'cancel', 'list'];
const GOOGLE_SERVICE = /^([a-z0-9-]+)\.googleapis\.com$/;
const WORD = /^[A-Za-z][A-Za-z0-9]*$/;
const LONGEST_ROLE_ID = 64;

const NO_WAIT_NEEDED = 'Not needed: where wait is denied, the worker looks with get.';

/** What an account needs to get, wait for, cancel and list an operation, as far as it is known without asking anybody. */
export function iamFor(question: IamQuestion): IamAdvice {
  const { name, service } = question;
  const label = GOOGLE_SERVICE.exec(service)?.[1];
  const collection = collectionOf(name);
  const permissions = CALLS.map((call) => neededFor(call, label, question, collection));
  const included = permissions.flatMap(({ permission }) => (permission === undefined ? [] : [permission]));
  return {
    name,
    service,
    permissions,
    roleId: roleIdOf(label, collection),
    role: {
      title: `temporal-lro, ${service}`.slice(0, 100),
      description: descriptionOf(permissions),
      stage: 'GA',
      includedPermissions: [...new Set(included)].toSorted(),
    },
  };
}

/** What the role is good for: a call whose permission is not known, or one of several, is not in it. */
function descriptionOf(permissions: readonly NeededPermission[]): string {
  const can = (call: IamCall) => permissions.some((one) => one.for === call && one.permission !== undefined);
  const verbs = CALLS.filter((call) => call !== 'wait' && can(call)).map((call) => `${call}s`);
  const last = verbs.pop();
  if (last === undefined) return 'For long-running operations; none of the permissions is known.';
  const text = verbs.length === 0 ? last : `${verbs.join(', ')} and ${last}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)} long-running operations.`;
}

function neededFor(
  call: IamCall,
  label: string | undefined,
  { name, startedBy }: IamQuestion,
  collection: string | undefined,
): NeededPermission {
  if (label === undefined) return unknown(call, 'Only services of googleapis.com are known.');
  if (label === 'aiplatform') return onVertexAi(call, collection, startedBy);
  if (label === 'spanner') return onSpanner(call, collection);
  if (label === 'bigtableadmin')
    return unknown(call, 'Permissions of Bigtable begin with bigtable, not bigtableadmin.');
  if (!name.split('/').includes('operations'))
    return unknown(call, 'The convention is one for names with operations in them.');
  return byConvention(call, label);
}

/**
 * On Vertex AI the permissions are those of the resource that an operation belongs to: to get it and to wait for it the
 * resource's `get`, to cancel it that of the method that started it.
 */
function onVertexAi(
  call: IamCall,
  collection: string | undefined,
  startedBy: string | undefined,
): NeededPermission {
  if (call === 'list')
    return {
      permission: 'aiplatform.operations.list',
      for: call,
      basis: 'derived',
      note: 'For list and cancel-all --parent.',
    };
  if (collection === undefined)
    return unknown(
      call,
      'It is a permission of the resource that the operation is about, which this name does not tell.',
    );
  const resource = VERTEX_RESOURCES.get(collection) ?? collection;
  const isDocumented = VERTEX_DOCUMENTED.includes(resource);
  const basis = isDocumented ? 'documented' : 'derived';
  if (call !== 'cancel') return { permission: `aiplatform.${resource}.get`, for: call, basis };
  const usual = isDocumented ? ['delete'] : (VERTEX_VERBS.get(resource) ?? VERTEX_USUAL_VERBS);
  const verbs = startedBy === undefined ? usual : [startedBy];
  const candidates = verbs.map((verb) => `aiplatform.${resource}.${verb}`);
  const note =
    'It is the permission of the method that started the operation; the type of its metadata tells which.';
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1)
    return {
      permission: only,
      for: call,
      basis: isDocumented && only.endsWith('.delete') ? 'documented' : 'derived',
      note,
    };
  return { oneOf: candidates, for: call, basis, note };
}

function onSpanner(call: IamCall, collection: string | undefined): NeededPermission {
  if (call === 'wait') return unknown(call, NO_WAIT_NEEDED);
  const operations = SPANNER.get(collection ?? '');
  return operations === undefined
    ? unknown(call)
    : { permission: `spanner.${operations}.${call}`, for: call, basis: 'documented' };
}

function byConvention(call: IamCall, label: string): NeededPermission {
  const prefix = PREFIXES.get(label) ?? label;
  const permission = `${prefix}.operations.${call}`;
  if (call === 'wait') return unknown(call, NO_WAIT_NEEDED);
  return {
    permission,
    for: call,
    basis: 'derived',
    note: 'Most services call it so; some have no such permission.',
  };
}

function unknown(call: IamCall, note?: string): NeededPermission {
  return { for: call, basis: 'unknown', ...(note === undefined ? {} : { note }) };
}

/** The collection, or the singleton, that an operation belongs to; `undefined` where that is a location or a project. */
function collectionOf(name: string): string | undefined {
  const segments = name.split('/');
  // Bigtable's names, for one, begin with it: operations/projects/p/instances/i/…/operations/1.
  if (segments[0] === 'operations' && segments.lastIndexOf('operations') > 0) segments.shift();
  const above = segments.slice(0, Math.max(0, segments.lastIndexOf('operations')));
  const collection = above.at(above.length % 2 === 0 ? -2 : -1);
  if (collection === undefined || ['projects', 'locations', 'regions'].includes(collection)) return undefined;
  return WORD.test(collection) ? collection : undefined;
}

function roleIdOf(label = 'operations', collection?: string): string {
  const id = ['temporal_lro', label, collection].filter((part) => part !== undefined).join('.');
  return id.replaceAll(/[^A-Za-z0-9_.]/g, '_').slice(0, LONGEST_ROLE_ID);
}
