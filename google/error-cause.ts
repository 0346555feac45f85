import { redact } from './redact.js';

const MAX_CAUSES = 8;

/** An error reduced to its reason and its code: an HTTP client's errors carry the request, its headers included. */
export function plainError(error: unknown): Error {
  const plain = new Error(reasonText(error));
  const code = codeOf(error);
  if (code !== undefined) Object.assign(plain, { code });
  // The stack that V8 made repeats the message as it was before it was redacted.
  plain.stack = `${error instanceof Error ? error.name : 'Error'}: ${plain.message}`;
  return plain;
}

/**
 * The reason of a failure, such as `connect ECONNREFUSED 127.0.0.1:1`: redacted, and with the code where the
 * message has none.
 */
export function reasonText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // node-fetch begins its messages with the URL, query included.
  const reason = redact(message.replace(/^request to \S+ failed, reason: ?/, ''));
  const code = codeOf(error);
  if (reason === '') return code ?? 'for no known reason';
  return code === undefined || reason.includes(code) ? reason : `${reason} (${code})`;
}

/** The first textual `code` in an error and its causes, such as `"ECONNREFUSED"`. */
function codeOf(error: unknown): string | undefined {
  for (const link of causes(error)) {
    if ('code' in link && typeof link.code === 'string' && /^\w{1,60}$/.test(link.code)) return link.code;
  }
  return undefined;
}

/** An error and its causes, outermost first; eight at most, for causes can form a circle. */
export function causes(error: unknown): object[] {
  const chain: object[] = [];
  let link = error;
  while (typeof link === 'object' && link !== null && chain.length < MAX_CAUSES) {
    chain.push(link);
    link = 'cause' in link ? link.cause : undefined;
  }
  return chain;
}
