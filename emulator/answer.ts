import { httpStatusOf } from '../contract/code.js';
import type { CodeName } from '../contract/code.js';
import { piecesOf } from './faults/padding.js';
import type { Piece } from './faults/padding.js';
import type { JsonObject } from './operations/script.js';

/** An answer before it goes to the wire. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: { json: unknown } | { html: string };
}

/** 200 with a JSON body. */
export function ok(json: unknown): Answer {
  return { status: 200, body: { json } };
}

/** What an error answer may have besides its code and message. */
export interface ErrorOptions {
  /** google.protobuf.Any values, such as a RetryInfo. */
  details?: JsonObject[];
  /** The HTTP status where it is not the one that belongs to the code. */
  httpStatus?: number;
  headers?: Record<string, string>;
}

/** An error as Google's REST front ends write it: `error.code` is the HTTP status there (AIP-193). */
export function errorAnswer(code: CodeName, message: string, options: ErrorOptions = {}): Answer {
  const { details, httpStatus: status = httpStatusOf(code), headers } = options;
  const error = { code: status, message, status: code, ...(details && { details }) };
  return { status, ...(headers && { headers }), body: { json: { error } } };
}

/** The JSON 404 for an operation that is not there. */
export function operationNotFound(name: string): Answer {
  return errorAnswer('NOT_FOUND', `Operation not found: ${name}`);
}

/** An HTML page, which Google's front ends answer for a host or path that no service has. */
export function htmlAnswer(status: number, text: string): Answer {
  const title = `Error ${status}`;
  const html = `<!DOCTYPE html>\n<html lang="en">\n<title>${title}</title>\n<h1>${title}</h1>\n<p>${escaped(text)}\n</html>\n`;
  return { status, body: { html } };
}

/** The JSON 404 of a service for a method that it does not have. */
export function noMethod(): Answer {
  return errorAnswer('NOT_FOUND', 'Method not found.');
}

/** The HTML 404 for a path that no service has. */
export function noRoute(url: string): Answer {
  return htmlAnswer(404, `Nothing is served at ${url}`);
}

/** The headers and the body of an answer. */
export function rendered(answer: Answer): { headers: Record<string, string>; pieces: Piece[] } {
  const [type, pieces] =
    'json' in answer.body
      ? ['application/json', piecesOf(answer.body.json)]
      : ['text/html', [answer.body.html]];
  return { headers: { 'content-type': `${type}; charset=UTF-8`, ...answer.headers }, pieces };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
