import { Compute, GoogleAuth, type AuthClient } from 'google-auth-library';
import { formatDuration } from '../contract/duration.js';
import { causes, reasonOf } from './cause.js';
import { DEFAULT_UNIVERSE_DOMAIN } from './endpoint.js';
import { abortedError, OperationsError } from './error.js';
import { scrub } from './scrub.js';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** One try at a token endpoint; the library makes up to three. */
const TRY_TIMEOUT_MS = 5_000;

/** What a token is for. */
export interface Purpose {
  /** What is being tried, on which operation: the start of an error's message. */
  what: string;
  signal?: AbortSignal;
}

/** Application Default Credentials, found on first use and kept while they work. */
export interface Credentials {
  /**
   * A client that holds a token.
   *
   * @throws OperationsError of kind `CREDENTIALS`: `UNAUTHENTICATED` where there are none or they are refused, `UNAVAILABLE`
   *   where whoever gives out tokens does not answer.
   */
  ready(purpose: Purpose): Promise<AuthClient>;
  /** Starts anew at the next call: a file may have been replaced, a stuck token request is left behind. */
  forget(): void;
}

export function createCredentials(universeDomain: string, limitMs: number): Credentials {
  let client: Promise<AuthClient> | undefined;

  async function withToken(pending: Promise<AuthClient>): Promise<AuthClient> {
    const found = await pending;
    await found.getRequestHeaders();
    return found;
  }

  return {
    async ready(purpose) {
      const pending = (client ??= load(universeDomain));
      try {
        return await within(withToken(pending), limitMs, purpose);
      } catch (error) {
        const failure = credentialsError(error, purpose.what);
        if (client === pending && failure.kind === 'CREDENTIALS') client = undefined;
        throw failure;
      }
    },
    forget() {
      client = undefined;
    },
  };
}

async function load(universeDomain: string): Promise<AuthClient> {
  const auth = new GoogleAuth({
    scopes: [SCOPE],
    // Never sent anywhere. Without one the library looks for a project, with a gcloud subprocess and a request among its means.
    projectId: 'not-looked-up',
    clientOptions: {
      forceRefreshOnFailure: true,
      transporterOptions: { timeout: TRY_TIMEOUT_MS, redirect: 'error' },
    },
  });
  const client = await auth.getClient();
  // Impersonated credentials are made without the options above.
  client.forceRefreshOnFailure = true;
  const own = await universeOf(auth, client);
  if (own !== universeDomain) {
    throw new Error(
      `the credentials are for the universe ${own}, and GOOGLE_CLOUD_UNIVERSE_DOMAIN is ${universeDomain}`,
    );
  }
  return client;
}

async function universeOf(auth: GoogleAuth, client: AuthClient): Promise<string> {
  if (!(client instanceof Compute)) return client.universeDomain;
  // The client of a machine on Google Cloud does not know; the metadata server does, unless it is from before universes.
  const universe: unknown = await auth.getUniverseDomainFromMetadataServer();
  return typeof universe === 'string' ? universe : DEFAULT_UNIVERSE_DOMAIN;
}

/** Waits for a token no longer than the limit, or until the caller gives up: the library does neither. */
async function within<T>(promise: Promise<T>, limitMs: number, { what, signal }: Purpose): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const passed = new Promise<never>((_, fail) => {
    const fields = { kind: 'CREDENTIALS', code: 'UNAVAILABLE' } as const;
    const late = `${what}: no token within ${formatDuration(limitMs)}, for its endpoint does not answer`;
    timer = setTimeout(() => fail(new OperationsError(late, fields)), limitMs);
    onAbort = () => fail(abortedError(what));
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted === true) onAbort();
  });
  try {
    return await Promise.race([promise, passed]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}

/** A failure to get a token, by what it takes to get over it: time, or a person. */
export function credentialsError(error: unknown, what: string): OperationsError {
  if (error instanceof OperationsError) return error;
  const httpStatus = statusIn(error);
  const isPassing =
    httpStatus === undefined ? wasSent(error) : httpStatus >= 500 || [408, 429].includes(httpStatus);
  const why = httpStatus === undefined ? reasonOf(error) : `HTTP ${httpStatus}: ${reasonIn(error)}`;
  return new OperationsError(
    isPassing
      ? `${what}: no token, for its endpoint does not work: ${why}`
      : `${what}: no usable Google credentials on this worker: ${why}`,
    { code: isPassing ? 'UNAVAILABLE' : 'UNAUTHENTICATED', kind: 'CREDENTIALS', cause: error },
  );
}

/** The HTTP status that a token endpoint answered with. */
function statusIn(error: unknown): number | undefined {
  const statuses = causes(error).map(responseOf);
  return statuses.find((response) => typeof response?.status === 'number')?.status;
}

/** What a token endpoint said: OAuth's `error` and `error_description` (RFC 6749, 5.2), or a google.rpc.Status. */
function reasonIn(error: unknown): string {
  const data = causes(error)
    .map((link) => responseOf(link)?.data)
    .find((body) => typeof body === 'object' && body !== null);
  const { error: said, error_description: description } = (data ?? {}) as Record<string, unknown>;
  if (typeof said === 'string')
    return scrub(typeof description === 'string' ? `${said}: ${description}` : said);
  return reasonOf(error);
}

function responseOf(link: object): { status?: number; data?: unknown } | undefined {
  return 'response' in link && typeof link.response === 'object' && link.response !== null
    ? link.response
    : undefined;
}

/** Whether a request left and was not answered: gaxios puts its configuration into such an error. */
function wasSent(error: unknown): boolean {
  return causes(error).some((link) => 'config' in link);
}
