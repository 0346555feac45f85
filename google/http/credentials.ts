import { Compute, gaxios, gcpMetadata, GoogleAuth, type AuthClient } from 'google-auth-library';
import { formatDuration } from '../../contract/duration.js';
import { credentialsError, loadingError } from './credentials-error.js';
import { secretFilter, filterData } from './redact-sent-secrets.js';
import { DEFAULT_UNIVERSE_DOMAIN } from '../endpoint.js';
import { abortedError, GoogleApiError } from '../error.js';

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
   * @throws GoogleApiError of kind `CREDENTIALS`: `UNAUTHENTICATED` where there are none or they are refused, `UNAVAILABLE`
   *   where whoever gives out tokens does not answer. Of kind `NETWORK` where the proxy's variable is no URL.
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
        if (client === pending && failure.kind !== 'ABORTED') client = undefined;
        throw failure;
      }
    },
    forget() {
      client = undefined;
    },
  };
}

async function load(universeDomain: string): Promise<AuthClient> {
  // The library asks once whether this machine has a metadata server, and keeps a no for the life of the process.
  gcpMetadata.resetIsAvailableCache();
  const auth = new GoogleAuth({
    scopes: [SCOPE],
    // Never sent anywhere. Without one the library looks for a project, with a gcloud subprocess and a request among its means.
    projectId: 'not-looked-up',
    clientOptions: { forceRefreshOnFailure: true },
  });
  const client = await auth.getClient().catch((error: unknown) => {
    throw loadingError(error);
  });
  // Impersonated credentials are made without the option above.
  client.forceRefreshOnFailure = true;
  harden(client);
  const own = await universeOf(auth, client);
  if (own !== universeDomain) {
    throw new Error(
      `the credentials are for the universe ${own}, and GOOGLE_CLOUD_UNIVERSE_DOMAIN is ${universeDomain}`,
    );
  }
  return client;
}

/**
 * Sets how tokens are asked for in every HTTP client of the credentials, those of their source included. As an option it would reach
 * some of them only: an exchange at STS would follow a redirect, and take the other issuer's token along.
 */
function harden(part: unknown, depth = 0): void {
  if (typeof part !== 'object' || part === null || depth > 3) return;
  if (part instanceof gaxios.Gaxios) {
    part.defaults = { ...part.defaults, timeout: TRY_TIMEOUT_MS, redirect: 'error', adapter: withoutEcho };
    return;
  }
  for (const inner of Object.values(part)) harden(inner, depth + 1);
}

/** A token endpoint that refuses may repeat what it was sent: a key's assertion, a refresh token, another issuer's token. */
async function withoutEcho(
  options: gaxios.GaxiosOptionsPrepared,
  fetch: (options: gaxios.GaxiosOptionsPrepared) => gaxios.GaxiosPromise<unknown>,
): Promise<gaxios.GaxiosResponse> {
  const response = await fetch(options);
  if (!response.ok) response.data = filterData(secretFilter(options), response.data);
  return response as gaxios.GaxiosResponse;
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
    timer = setTimeout(() => fail(new GoogleApiError(late, fields)), limitMs);
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
