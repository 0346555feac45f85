import { Compute, gaxios, gcpMetadata, GdchClient, GoogleAuth, type AuthClient } from 'google-auth-library';
import { formatDuration } from '../../contract/duration.js';
import { credentialsError } from './credentials-error.js';
import { GDCH_PROBLEM, loadingError } from './credentials-file.js';
import { secretFilter, filterData } from './redact-sent-secrets.js';
import { DEFAULT_UNIVERSE_DOMAIN } from '../endpoint.js';
import { abortedError, GoogleApiError } from '../error.js';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/**
 * HTTP clients are searched for this many levels deep: impersonated credentials contain their source, which
 * holds a client.
 */
const MAX_CREDENTIAL_DEPTH = 3;
/** Limit for one request to a token endpoint, of which the library makes up to three. */
const TOKEN_REQUEST_TIMEOUT_MS = 5_000;

/** The call that a token is for. */
export interface Purpose {
  /** The call and its operation: an error's message begins with it. */
  what: string;
  signal?: AbortSignal;
}

/** Application Default Credentials, found on first use and kept while they work. */
export interface Credentials {
  /**
   * A client that holds a token.
   *
   * @throws GoogleApiError of kind `CREDENTIALS`: `UNAUTHENTICATED` where they are refused, `UNAVAILABLE` where the
   *   token endpoint does not answer. Of kind `NO_CREDENTIALS` where none are found, of kind `NETWORK` where the
   *   proxy's variable is no URL.
   */
  ready(purpose: Purpose): Promise<AuthClient>;
  /**
   * Loads the credentials again at the next call, unless that has happened since `client` was ready: its token was
   * refused, or its file may have been replaced.
   */
  forget(client: AuthClient): void;
}

/**
 * @param universeDomain of the hosts that are called; credentials of another universe are an error
 * @param timeoutMs limit for finding credentials and fetching a token
 */
export function createCredentials(universeDomain: string, timeoutMs: number): Credentials {
  let client: Promise<AuthClient> | undefined;
  let loaded: AuthClient | undefined;

  async function withToken(pending: Promise<AuthClient>, what: string): Promise<AuthClient> {
    const candidate = await pending;
    const headers = await candidate.getRequestHeaders();
    // The library writes this word where a 200 of the token endpoint, such as a proxy's page, held no token.
    if (headers.get('authorization')?.endsWith(' undefined') === true) {
      const message = `${what}: no token, for its endpoint answered without one`;
      throw new GoogleApiError(message, { kind: 'CREDENTIALS', code: 'UNAVAILABLE' });
    }
    if (client === pending) loaded = candidate;
    return candidate;
  }

  return {
    async ready(purpose) {
      const pending = (client ??= load(universeDomain));
      try {
        return await withTimeout(withToken(pending, purpose.what), timeoutMs, purpose);
      } catch (error) {
        const failure = credentialsError(error, purpose.what);
        if (client === pending && failure.kind !== 'ABORTED') client = undefined;
        throw failure;
      }
    },
    forget(used) {
      if (used === loaded) client = loaded = undefined;
    },
  };
}

async function load(universeDomain: string): Promise<AuthClient> {
  // The library asks once whether this machine has a metadata server, and keeps a negative answer for the
  // life of the process.
  gcpMetadata.resetIsAvailableCache();
  const auth = new GoogleAuth({
    scopes: [SCOPE],
    // It is not sent anywhere. Without it the library searches for a project, also by a gcloud subprocess and a request
    // to the metadata server.
    projectId: 'unused',
  });
  const client = await auth.getClient().catch((error: unknown) => {
    throw loadingError(error);
  });
  if (client instanceof GdchClient) throw new Error(GDCH_PROBLEM);
  harden(client);
  const universe = await universeOf(auth, client);
  if (universe !== universeDomain) {
    throw new Error(
      `the credentials are for the universe ${universe}, and GOOGLE_CLOUD_UNIVERSE_DOMAIN is ${universeDomain}`,
    );
  }
  return client;
}

/**
 * Sets a time limit, no redirects and redaction in every HTTP client within the credentials, those of their
 * source included. As options these would reach some of the clients only: an exchange at STS would follow a
 * redirect and carry the other issuer's token along.
 */
function harden(part: unknown, depth = 0): void {
  if (typeof part !== 'object' || part === null || depth > MAX_CREDENTIAL_DEPTH) return;
  if (part instanceof gaxios.Gaxios) {
    part.defaults = {
      ...part.defaults,
      timeout: TOKEN_REQUEST_TIMEOUT_MS,
      redirect: 'error',
      adapter: redactErrorBody,
    };
    return;
  }
  for (const inner of Object.values(part)) harden(inner, depth + 1);
}

/**
 * The error of a token endpoint may contain the secrets of the request: a key's assertion, a refresh token, another
 * issuer's token.
 */
async function redactErrorBody(
  options: gaxios.GaxiosOptionsPrepared,
  fetch: (options: gaxios.GaxiosOptionsPrepared) => gaxios.GaxiosPromise<unknown>,
): Promise<gaxios.GaxiosResponse> {
  const response = await fetch(options);
  if (!response.ok) response.data = filterData(secretFilter(options), response.data);
  return response as gaxios.GaxiosResponse;
}

async function universeOf(auth: GoogleAuth, client: AuthClient): Promise<string> {
  if (!(client instanceof Compute)) return client.universeDomain;
  // The client of a machine on Google Cloud does not know its universe. The metadata server does, unless it
  // is older than universes.
  const universe: unknown = await auth.getUniverseDomainFromMetadataServer();
  return typeof universe === 'string' ? universe : DEFAULT_UNIVERSE_DOMAIN;
}

/**
 * Waits for a token until the limit is reached or the caller aborts; the library has neither a limit nor a signal.
 */
async function withTimeout<T>(promise: Promise<T>, timeoutMs: number, { what, signal }: Purpose): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const limit = new Promise<never>((_, fail) => {
    const fields = { kind: 'CREDENTIALS', code: 'UNAVAILABLE' } as const;
    const message = `${what}: no token within ${formatDuration(timeoutMs)}, for its endpoint does not answer`;
    timer = setTimeout(() => fail(new GoogleApiError(message, fields)), timeoutMs);
    onAbort = () => fail(abortedError(what));
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted === true) onAbort();
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
}
