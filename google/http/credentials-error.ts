import { causes, reasonText } from '../error-cause.js';
import { GoogleApiError } from '../error.js';
import { isJsonObject } from '../json.js';
import { redact } from '../redact.js';
import { statusErrorOf, textOfPage } from './error-of-answer.js';
import { problemOfProxy } from './proxy.js';

/** The answers of a token endpoint, with a 4xx, that are of its own state and not of the credentials (RFC 6749, 4.1.2.1). */
const PASSING_ERROR = /^(?:internal_failure|server_error|temporarily_unavailable)$/;
/** The library's words where it finds no credentials, and where something else answers as the metadata server. */
const NOT_FOUND = /^(?:Could not load the default credentials|Invalid response from metadata service)/;
/** Such as "Check your iat and exp values in the JWT claim", of a machine whose clock is wrong. */
const CLOCK_ERROR = /\biat\b.{0,200}\bexp\b|\bclock\b/i;
/** STS could not ask the other issuer for its keys. */
const ISSUER_ERROR = /\b(?:connect(?:ing|ion)|timed? ?out|fetch\w*|retriev\w*)\b.{0,200}\bissuer\b/i;

/**
 * An error of getting a token. Code `UNAVAILABLE` where it may pass: the token endpoint could not be reached, or
 * something else answered, such as a proxy: only JSON with an `error` is an answer of a token endpoint. Code
 * `UNAUTHENTICATED` where a person has to act, of kind `NO_CREDENTIALS` where none were found, or none that this
 * machine's clock makes valid. Kind `NETWORK` where a bad proxy explains it.
 */
export function credentialsError(error: unknown, what: string): GoogleApiError {
  if (error instanceof GoogleApiError) return error;
  const answer = answerIn(error);
  const mayBeProxy = answer === undefined && (isInvalidUrl(error) || wasSent(error));
  const proxyProblem = mayBeProxy ? problemOfProxy() : undefined;
  if (proxyProblem !== undefined) {
    return new GoogleApiError(`${what}: no connection: ${proxyProblem}`, {
      code: 'UNAVAILABLE',
      kind: 'NETWORK',
    });
  }
  const cause = withoutSecrets(error);
  const why = answer === undefined ? reasonText(cause) : `HTTP ${answer.status}: ${reasonIn(answer, error)}`;
  if (isMissing(error, answer)) {
    const message = `${what}: no Google credentials on this worker: ${why}`;
    return new GoogleApiError(message, { code: 'UNAUTHENTICATED', kind: 'NO_CREDENTIALS', cause });
  }
  const isRefused = answer !== undefined && isRefusal(answer);
  if (isRefused && CLOCK_ERROR.test(why)) {
    const message = `${what}: correct this machine's clock, as its Google credentials are refused: ${why}`;
    return new GoogleApiError(message, { code: 'UNAUTHENTICATED', kind: 'NO_CREDENTIALS', cause });
  }
  const isTransient = answer === undefined ? wasSent(error) || isNotAnObject(error) : !isRefused;
  return new GoogleApiError(
    isTransient
      ? `${what}: no token, for its endpoint does not work: ${why}`
      : `${what}: no usable Google credentials on this worker: ${why}`,
    { code: isTransient ? 'UNAVAILABLE' : 'UNAUTHENTICATED', kind: 'CREDENTIALS', cause },
  );
}

/** True if a token endpoint has refused the credentials themselves. */
function isRefusal({ status, data }: TokenAnswer): boolean {
  if (!isFinalStatus(status) || !isJsonObject(data)) return false;
  const { error, error_description: description } = data;
  if (typeof error !== 'string') return isJsonObject(error) && !isQuota(status, data);
  return !PASSING_ERROR.test(error) && !(typeof description === 'string' && ISSUER_ERROR.test(description));
}

/** True of IAM Credentials' limits, which it answers with a google.rpc.Status. */
function isQuota(status: number, data: object): boolean {
  const answer = { status, headers: new Headers(), text: JSON.stringify(data) };
  return statusErrorOf(answer, '', '')?.code === 'RESOURCE_EXHAUSTED';
}

/**
 * True if there are no credentials, but there may be soon: there is no file, or the machine's metadata server does not
 * run yet or does not know the account yet.
 */
function isMissing(error: unknown, answer: TokenAnswer | undefined): boolean {
  return causes(error).some(
    (link) =>
      ('code' in link && link.code === 'ENOENT') ||
      (link instanceof Error && NOT_FOUND.test(link.message)) ||
      (answer !== undefined && isFinalStatus(answer.status) && isOfMetadataServer(link)),
  );
}

function isFinalStatus(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 429].includes(status);
}

function isOfMetadataServer(link: { config?: { url?: unknown } }): boolean {
  return link.config?.url instanceof URL && link.config.url.pathname.startsWith('/computeMetadata/');
}

function isInvalidUrl(error: unknown): boolean {
  return causes(error).some((link) => 'code' in link && link.code === 'ERR_INVALID_URL');
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

/** The answer to a request for a token. */
interface TokenAnswer {
  status: number;
  data?: unknown;
}

function answerIn(error: unknown): TokenAnswer | undefined {
  const responses = causes(error).map((link: { response?: Partial<TokenAnswer> | null }) => link.response);
  const found = responses.find((response) => typeof response?.status === 'number');
  return found?.status === undefined ? undefined : { status: found.status, data: found.data };
}

/**
 * The reason that the token endpoint gave: OAuth's `error` and `error_description` (RFC 6749, 5.2), the text of a
 * page, or the HTTP client's message.
 */
function reasonIn({ data }: TokenAnswer, error: unknown): string {
  if (typeof data === 'string' && data.trim() !== '') return textOfPage(data);
  const { error: code, error_description: description } = isJsonObject(data) ? data : {};
  if (typeof code === 'string') return redact(typeof description === 'string' ? `${code}: ${description}` : code);
  return reasonText(error);
}

/** True if a request was sent and not answered: gaxios puts its configuration into such an error. */
function wasSent(error: unknown): boolean {
  return causes(error).some((link) => 'config' in link);
}
