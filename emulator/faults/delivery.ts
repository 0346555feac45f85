import { rendered } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Fault } from './fault.js';
import { bytesOf, cutTo } from './padding.js';
import type { Piece } from './padding.js';
import { errorResponse } from './error-response.js';
import { huge, withJson, wrongTyped } from './corrupt.js';

/** The bytes of an answer. Its Content-Length is set apart from the body, which may hold less. */
export interface Message {
  status: number;
  headers: Record<string, string>;
  body: (Piece | Buffer)[];
}

/** What happens on the wire. `cut` sends the message and then closes the connection, whatever Content-Length promised. */
export type Delivery =
  | { how: 'whole'; message: Message; afterMs?: number }
  | { how: 'drip'; message: Message; everyMs: number; bytes: number }
  | { how: 'cut'; message: Message }
  | { how: 'close' }
  | { how: 'reset' }
  | { how: 'never' };

const HUGE = 100 * 2 ** 20;

/**
 * What goes to the wire for an answer and a fault.
 *
 * @param answer - the real one; it is not looked at where the fault puts something in its place.
 */
export function deliveryOf(answer: Answer, fault: Fault | undefined): Delivery {
  if (fault === undefined) return whole(answer);
  switch (fault.kind) {
    case 'never-answers':
      return { how: 'never' };
    case 'reset':
      return { how: 'reset' };
    case 'lost-answer':
      return { how: 'close' };
    case 'late-answer':
      return { how: 'whole', message: messageOf(answer), afterMs: fault.afterMs };
    case 'slow-body':
      return { how: 'drip', message: messageOf(answer), everyMs: fault.everyMs, bytes: fault.bytes ?? 1 };
    case 'closed-mid-body': {
      const message = messageOf(answer);
      return { how: 'cut', message: { ...message, body: half(message.body) } };
    }
    case 'empty-body':
      return bytes(answer, fault.status ?? 200, []);
    case 'truncated-json':
      return bytes(answer, answer.status, half(rendered(answer).pieces));
    case 'corrupt-gzip':
      return bytes(answer, answer.status, [Buffer.from('this is not gzip')], { 'content-encoding': 'gzip' });
    case 'content-type':
      return bytes(answer, answer.status, rendered(answer).pieces, { 'content-type': fault.value });
    case 'wrong-type':
      return whole(withJson(answer, (json) => wrongTyped(json, fault.of)));
    case 'huge-body':
      return whole(withJson(answer, (json) => huge(json, fault.bytes ?? HUGE)));
    case 'other-name':
      return whole(
        withJson(answer, (json) => ({
          ...json,
          name: fault.as ?? 'projects/p/locations/l/operations/another',
        })),
      );
    case 'stale':
      // The answer was made as stale as it had to be where the operation was looked up.
      return whole(answer);
    default:
      return whole(errorResponse(fault));
  }
}

function whole(answer: Answer): Delivery {
  return { how: 'whole', message: messageOf(answer) };
}

function bytes(
  answer: Answer,
  status: number,
  body: (Piece | Buffer)[],
  headers: Record<string, string> = {},
): Delivery {
  return {
    how: 'whole',
    message: { status, headers: withLength({ ...rendered(answer).headers, ...headers }, body), body },
  };
}

function messageOf(answer: Answer): Message {
  const { headers, pieces } = rendered(answer);
  return { status: answer.status, headers: withLength(headers, pieces), body: pieces };
}

function withLength(headers: Record<string, string>, body: (Piece | Buffer)[]): Record<string, string> {
  return { ...headers, 'content-length': String(bytesOf(body)) };
}

function half(body: (Piece | Buffer)[]): (Piece | Buffer)[] {
  return cutTo(body, Math.floor(bytesOf(body) / 2));
}
