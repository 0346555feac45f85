import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir } from '../../../devserver/cache.js';
import { withLock } from '../../../devserver/lock.js';
import { demand } from '../../examples/support/process.js';

/** Google's Python client, which brings the discovery documents of all its APIs. */
const PACKAGE = 'google-api-python-client==2.202.0';
const windows = process.platform === 'win32';

const VERBS = ['get', 'list', 'cancel', 'wait'] as const;
type Verb = (typeof VERBS)[number];

/** One published HTTP method of google.longrunning.Operations. */
export interface OperationsMethod {
  /** Its document and itself: `aiplatform.v1beta1 projects.locations.operations.get`. */
  id: string;
  verb: Verb;
  service: string;
  apiVersion: string;
  httpMethod: string;
  /** Without parameters filled in: `https://aiplatform.googleapis.com/v1/{+name}`. */
  url: string;
  /** The patterns of the parameters in the path. */
  patterns: Record<string, string | undefined>;
  /** Whether the message is in the body rather than in the query. */
  hasBody: boolean;
}

export interface Discovery {
  methods: OperationsMethod[];
  /** The hosts for one location each. */
  endpoints: { service: string; location: string; url: string }[];
}

/** A message, a field of one, or the items of an array. */
export interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: string[];
}

interface Method {
  httpMethod: string;
  path: string;
  flatPath?: string;
  parameters?: Record<string, { location: string; pattern?: string; enum?: string[]; description?: string }>;
  request?: { $ref: string };
  response?: { $ref: string };
}

/** One published HTTP method of any resource. */
export interface PublishedMethod extends Pick<Method, 'httpMethod'> {
  id: string;
  apiVersion: string;
  /** A parameter in the path stands for one segment: `https://run.googleapis.com/v2/projects/{projectsId}/…`. */
  url: string;
  parameters: NonNullable<Method['parameters']>;
  /** The field at a path of names with dots between them, of the request or the answer. */
  requestField(path: string): Schema | undefined;
  answerField(path: string): Schema | undefined;
}

interface Resource {
  methods?: Record<string, Method>;
  resources?: Record<string, Resource>;
}

interface Document extends Resource {
  rootUrl: string;
  servicePath: string;
  version: string;
  schemas?: Record<string, Schema>;
  endpoints?: { endpointUrl: string; location: string }[];
}

/**
 * The published methods of operations, and the published hosts. The documents are installed once, outside the checkout.
 *
 * @throws where they cannot be installed
 */
export async function readDiscovery(): Promise<Discovery> {
  const discovery: Discovery = { methods: [], endpoints: [] };
  for (const { file, service, document } of await readDocuments()) {
    discovery.methods.push(...methodsIn(document, document, [file.replace(/\.json$/, ' ')], service));
    for (const { endpointUrl, location } of document.endpoints ?? [])
      discovery.endpoints.push({ service, location, url: endpointUrl.replace(/\/$/, '') });
  }
  return discovery;
}

/** All published methods of a service. @throws where the documents cannot be installed */
export async function readMethods(services: ReadonlySet<string>): Promise<Map<string, PublishedMethod[]>> {
  const found = new Map([...services].map((service) => [service, [] as PublishedMethod[]]));
  for (const { service, document } of await readDocuments(services))
    found.get(service)?.push(...publishedIn(document, document, []));
  return found;
}

function publishedIn(document: Document, resource: Resource, path: string[]): PublishedMethod[] {
  const own = Object.entries(resource.methods ?? {}).map(([name, method]): PublishedMethod => {
    const fieldOf = (message?: Schema) => (field: string) =>
      field.split('.').reduce<Schema | undefined>((one, part) => resolve(document, one)?.properties?.[part], message);
    return {
      id: [...path, name].join('.'),
      httpMethod: method.httpMethod,
      apiVersion: document.version,
      url: document.rootUrl + document.servicePath + (method.flatPath ?? method.path),
      parameters: method.parameters ?? {},
      requestField: fieldOf(method.request),
      answerField: fieldOf(method.response),
    };
  });
  const nested = Object.entries(resource.resources ?? {});
  return [...own, ...nested.flatMap(([name, one]) => publishedIn(document, one, [...path, name]))];
}

/** The message that a field or an array's items have. */
function resolve(document: Document, schema?: Schema): Schema | undefined {
  const one = schema?.items ?? schema;
  return one?.$ref === undefined ? one : document.schemas?.[one.$ref];
}

interface DocumentFile {
  file: string;
  service: string;
  document: Document;
}

async function readDocuments(services?: ReadonlySet<string>): Promise<DocumentFile[]> {
  const folder = await install();
  const found: DocumentFile[] = [];
  for (const file of (await readdir(folder)).toSorted()) {
    const text = await readFile(join(folder, file), 'utf8');
    const [, host = ''] = /"rootUrl":\s*"https:\/\/([^/"]+)/.exec(text) ?? [];
    // The index of all documents is beside them.
    if (host === '' || services?.has(host) === false) continue;
    found.push({ file, service: host, document: JSON.parse(text) as Document });
  }
  return found;
}

function methodsIn(document: Document, resource: Resource, path: string[], service: string): OperationsMethod[] {
  const own = Object.entries(resource.methods ?? {}).flatMap(([name, method]) => {
    const verb = VERBS.find((one) => one === name);
    if (verb === undefined || path.at(-1)?.endsWith('perations') !== true || !isOfOperations(document, verb, method))
      return [];
    const parameters = Object.entries(method.parameters ?? {}).filter(([, { location }]) => location === 'path');
    return {
      id: `${path[0]}${[...path.slice(1), name].join('.')}`,
      verb,
      service,
      apiVersion: document.version,
      httpMethod: method.httpMethod,
      url: document.rootUrl + document.servicePath + method.path,
      patterns: Object.fromEntries(parameters.map(([key, { pattern }]) => [key, pattern])),
      hasBody: method.request !== undefined,
    };
  });
  const nested = Object.entries(resource.resources ?? {});
  return [...own, ...nested.flatMap(([name, one]) => methodsIn(document, one, [...path, name], service))];
}

/** Whether a method is of google.longrunning.Operations: some services have resources of another form by that name. */
function isOfOperations({ schemas = {} }: Document, verb: Verb, { response }: Method): boolean {
  if (verb === 'cancel') return true;
  const fields = schemas[response?.$ref ?? '']?.properties ?? {};
  const operation = verb === 'list' ? schemas[fields['operations']?.items?.$ref ?? '']?.properties : fields;
  return ['name', 'done', 'error'].every((field) => operation !== undefined && field in operation);
}

/** The folder of the documents. */
async function install(): Promise<string> {
  const folder = join(defaultCacheDir(), `discovery-${PACKAGE.split('==')[1]}`);
  const marker = join(folder, 'complete');
  await withLock(`${folder}.lock`, async () => {
    if ((await stat(marker).catch(() => undefined)) !== undefined) return;
    await rm(folder, { recursive: true, force: true });
    await demand({ file: windows ? 'python' : 'python3', args: ['-m', 'venv', folder] });
    const python = join(folder, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
    const flags = ['--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile'];
    await demand({ file: python, args: ['-m', 'pip', 'install', ...flags, PACKAGE] });
    const site = await demand({ file: python, args: ['-c', "import sysconfig; print(sysconfig.get_path('purelib'))"] });
    await writeFile(marker, join(site.trim(), 'googleapiclient', 'discovery_cache', 'documents'));
  });
  return readFile(marker, 'utf8');
}
