import { causes, reasonText } from '../error-cause.js';
import { GoogleApiError } from '../error.js';
import { problemOfProxy } from './proxy.js';
import { redact } from '../redact.js';

/** A failure to load the credentials, without what their file holds. */
export function loadingError(error: unknown): unknown {
  if (!(error instanceof SyntaxError)) return error;
  // The parser's message quotes what it read: nobody's key belongs into a log.
  const variable = ['GOOGLE_APPLICATION_CREDENTIALS', 'google_application_credentials'].find(
    (name) => process.env[name],
  );
  return new Error(
    variable === undefined
      ? "application_default_credentials.json, in CLOUDSDK_CONFIG or gcloud's folder, is not JSON"
      : `the file in ${variable} is not JSON`,
  );
}

/** A failure to get a token, by what it takes to get over it: time, or a person. */
export function credentialsError(error: unknown, what: string): GoogleApiError {
  if (error instanceof GoogleApiError) return error;
  const httpStatus = statusIn(error);
  const proxyProblem = httpStatus === undefined && mayBeProxy(error) ? problemOfProxy() : undefined;
  if (proxyProblem !== undefined) {
    return new GoogleApiError(`${what}: no connection: ${proxyProblem}`, {
      code: 'UNAVAILABLE',
      kind: 'NETWORK',
    });
  }
  const said = withoutQuotes(error);
  const isPassing =
    httpStatus === undefined
      ? wasSent(error) || isCutOff(error)
      : httpStatus >= 500 || [408, 429].includes(httpStatus);
  const why = httpStatus === undefined ? reasonText(said) : `HTTP ${httpStatus}: ${reasonIn(error)}`;
  return new GoogleApiError(
    isPassing
      ? `${what}: no token, for its endpoint does not work: ${why}`
      : `${what}: no usable Google credentials on this worker: ${why}`,
    { code: isPassing ? 'UNAVAILABLE' : 'UNAUTHENTICATED', kind: 'CREDENTIALS', cause: said },
  );
}

/** Whether a bad proxy explains a failure: it leaves no metadata server to be found either. */
function mayBeProxy(error: unknown): boolean {
  return causes(error).some(
    (link) =>
      ('code' in link && link.code === 'ERR_INVALID_URL') ||
      (link instanceof Error && link.message.startsWith('Could not load the default credentials')),
  );
}

/** An error in place of one that quotes a file or an output with a token in it. */
function withoutQuotes(error: unknown): unknown {
  const chain = causes(error);
  if (chain.some((link) => link instanceof SyntaxError)) {
    return new Error('the file in credential_source is not JSON');
  }
  if (isCutOff(error)) return new Error('what it answered is no token in JSON');
  // Of its own, such as those about a header's value.
  if (chain.some((link) => link instanceof TypeError && !('code' in link)))
    return new Error('they have values of the wrong type');
  const invalid = /^(The (?:executable|output file) \w+ an invalid response):/.exec(reasonText(error))?.[1];
  return invalid === undefined ? error : new Error(invalid);
}

/** The library writes into whatever a token endpoint answered with; where that is no object, V8 quotes it. */
function isCutOff(error: unknown): boolean {
  return causes(error).some(
    (link) => link instanceof TypeError && /^Cannot (?:create|set) propert(?:y|ies)\b/.test(link.message),
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
    return redact(typeof description === 'string' ? `${said}: ${description}` : said);
  return reasonText(error);
}

function responseOf(link: { response?: { status?: number; data?: unknown } | null }) {
  return link.response;
}

/** Whether a request left and was not answered: gaxios puts its configuration into such an error. */
function wasSent(error: unknown): boolean {
  return causes(error).some((link) => 'config' in link);
}
