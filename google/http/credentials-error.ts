import { causes, reasonText } from '../error-cause.js';
import { GoogleApiError } from '../error.js';
import { redact } from '../redact.js';
import { problemOfProxy } from './proxy.js';

/** An error of loading the credentials, without the content of their file: the JSON parser's message quotes it. */
export function loadingError(error: unknown): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const variable = ['GOOGLE_APPLICATION_CREDENTIALS', 'google_application_credentials'].find(
    (name) => process.env[name],
  );
  return new Error(
    variable === undefined
      ? "application_default_credentials.json, in CLOUDSDK_CONFIG or gcloud's folder, is not JSON"
      : `the file in ${variable} is not JSON`,
  );
}

/**
 * An error of getting a token. Code `UNAVAILABLE` where it may pass: the token endpoint could not be reached,
 * or answered 408, 429 or 5xx. Code `UNAUTHENTICATED` where a person has to act. Kind `NETWORK` where a bad
 * proxy explains it.
 */
export function credentialsError(error: unknown, what: string): GoogleApiError {
  if (error instanceof GoogleApiError) return error;
  const httpStatus = httpStatusIn(error);
  const proxyProblem = httpStatus === undefined && mayBeProxy(error) ? problemOfProxy() : undefined;
  if (proxyProblem !== undefined) {
    return new GoogleApiError(`${what}: no connection: ${proxyProblem}`, {
      code: 'UNAVAILABLE',
      kind: 'NETWORK',
    });
  }
  const safe = withoutSecrets(error);
  const isTransient =
    httpStatus === undefined
      ? wasSent(error) || isNotAnObject(error)
      : httpStatus >= 500 || [408, 429].includes(httpStatus);
  const why = httpStatus === undefined ? reasonText(safe) : `HTTP ${httpStatus}: ${reasonIn(error)}`;
  return new GoogleApiError(
    isTransient
      ? `${what}: no token, for its endpoint does not work: ${why}`
      : `${what}: no usable Google credentials on this worker: ${why}`,
    { code: isTransient ? 'UNAVAILABLE' : 'UNAUTHENTICATED', kind: 'CREDENTIALS', cause: safe },
  );
}

/** True if a bad proxy may be the cause: it also keeps the metadata server from being found. */
function mayBeProxy(error: unknown): boolean {
  return causes(error).some(
    (link) =>
      ('code' in link && link.code === 'ERR_INVALID_URL') ||
      (link instanceof Error && link.message.startsWith('Could not load the default credentials')),
  );
}

/** The error, or a replacement if the error quotes a file or an output that contains a token. */
function withoutSecrets(error: unknown): unknown {
  const chain = causes(error);
  if (chain.some((link) => link instanceof SyntaxError)) {
    return new Error('the file in credential_source is not JSON');
  }
  if (isNotAnObject(error)) return new Error('what it answered is no token in JSON');
  // A TypeError without a code comes from the language or from fetch, and may quote the value, such as that
  // of a header.
  if (chain.some((link) => link instanceof TypeError && !('code' in link)))
    return new Error('they have values of the wrong type');
  const invalid = /^(The (?:executable|output file) \w+ an invalid response):/.exec(reasonText(error))?.[1];
  return invalid === undefined ? error : new Error(invalid);
}

/**
 * True if the token endpoint did not answer with an object: the library assigns a property to the answer, and V8's
 * error quotes it.
 */
function isNotAnObject(error: unknown): boolean {
  return causes(error).some(
    (link) => link instanceof TypeError && /^Cannot (?:create|set) propert(?:y|ies)\b/.test(link.message),
  );
}

/** The HTTP status that the token endpoint answered with. */
function httpStatusIn(error: unknown): number | undefined {
  const statuses = causes(error).map(responseOf);
  return statuses.find((response) => typeof response?.status === 'number')?.status;
}

/**
 * The reason that the token endpoint gave: OAuth's `error` and `error_description` (RFC 6749, 5.2), or the
 * HTTP client's message.
 */
function reasonIn(error: unknown): string {
  const data = causes(error)
    .map((link) => responseOf(link)?.data)
    .find((body) => typeof body === 'object' && body !== null);
  const { error: code, error_description: description } = (data ?? {}) as Record<string, unknown>;
  if (typeof code === 'string') return redact(typeof description === 'string' ? `${code}: ${description}` : code);
  return reasonText(error);
}

function responseOf(link: { response?: { status?: number; data?: unknown } | null }) {
  return link.response;
}

/** True if a request was sent and not answered: gaxios puts its configuration into such an error. */
function wasSent(error: unknown): boolean {
  return causes(error).some((link) => 'config' in link);
}
