import { type CodeName, httpStatusOf } from '../contract/code.js';
import type { JsonObject } from '../contract/operation.js';
import { printJson } from './faults/padding.js';

/** An answer before it is rendered. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: { json: unknown } | { html: string };
}

/** 200 with a JSON body. */
export function ok(json: unknown): Answer {
  return { status: 200, body: { json } };
}

/** 204, which has no body. */
export function noContent(): Answer {
  return { status: 204, body: { html: '' } };
}

/**
 * An error in the form of Google's REST front ends: `error.code` is the HTTP status (AIP-193), by default that of the
 * code. `details` are google.protobuf.Any values, such as a RetryInfo.
 */
export function errorAnswer(
  code: CodeName,
  message: string,
  options: { details?: JsonObject[]; httpStatus?: number; headers?: Record<string, string> } = {},
): Answer {
  const { details, httpStatus: status = httpStatusOf(code), headers } = options;
  return { status, headers, body: { json: { error: { code: status, message, status: code, details } } } };
}

/** The JSON 404 for an operation that does not exist. */
export function operationNotFound(name: string): Answer {
  return errorAnswer('NOT_FOUND', `Operation not found: ${name}`);
}

/** An HTML page, as Google's front ends answer for an unknown host or path. */
export function htmlAnswer(status: number, text: string): Answer {
  const title = `Error ${status}`;
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const html = `<!DOCTYPE html>\n<html lang="en">\n<title>${title}</title>\n<h1>${title}</h1>\n<p>${escaped}\n</html>\n`;
  return { status, body: { html } };
}

/** The JSON 404 of a service that does not have the method. */
export function methodNotFound(): Answer {
  return errorAnswer('NOT_FOUND', 'Method not found.');
}

/** The HTML 404 for a path that no service has. */
export function routeNotFound(url: string): Answer {
  return htmlAnswer(404, `Nothing is served at ${url}`);
}

/** The headers and the body of an answer. */
export function render(answer: Answer): { headers: Record<string, string>; body: Buffer } {
  const [type, text] =
    'json' in answer.body ? ['application/json', printJson(answer.body.json)] : ['text/html', answer.body.html];
  return { headers: { 'content-type': `${type}; charset=UTF-8`, ...answer.headers }, body: Buffer.from(text) };
}
