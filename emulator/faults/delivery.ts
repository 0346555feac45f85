import { render } from '../answer.js';
import type { Answer } from '../answer.js';
import type { Fault } from './fault.js';
import { byteLength, firstBytes } from './padding.js';
import type { Piece } from './padding.js';
import { errorResponse } from './error-response.js';
import { padTo, mapJson, withWrongType } from './corrupt.js';

/** A rendered answer. `headers` has the Content-Length that is announced; `body` may be shorter. */
export interface Message {
  status: number;
  headers: Record<string, string>;
  body: (Piece | Buffer)[];
}

/** How an answer is sent. `cut` closes the connection after `message.body`, whatever its Content-Length. */
export type Delivery =
  | { how: 'whole'; message: Message; afterMs?: number }
  | { how: 'slow'; message: Message; everyMs: number; bytes: number }
  | { how: 'cut'; message: Message }
  | { how: 'close' }
  | { how: 'reset' }
  | { how: 'never' };

const HUGE_BODY_BYTES = 100 * 2 ** 20;

/**
 * How to send an answer that a fault has hit.
 *
 * @param answer - the real answer; ignored by faults that replace it.
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
      return { how: 'whole', message: toMessage(answer), afterMs: fault.afterMs };
    case 'slow-body':
      return { how: 'slow', message: toMessage(answer), everyMs: fault.everyMs, bytes: fault.bytes ?? 1 };
    case 'closed-mid-body': {
      const message = toMessage(answer);
      return { how: 'cut', message: { ...message, body: half(message.body) } };
    }
    case 'empty-body':
      return rawBody(answer, fault.status ?? 200, []);
    case 'truncated-json':
      return rawBody(answer, answer.status, half(render(answer).pieces));
    case 'corrupt-gzip':
      return rawBody(answer, answer.status, [Buffer.from('this is not gzip')], {
        'content-encoding': 'gzip',
      });
    case 'content-type':
      return rawBody(answer, answer.status, render(answer).pieces, { 'content-type': fault.value });
    case 'wrong-type':
      return whole(mapJson(answer, (json) => withWrongType(json, fault.of)));
    case 'huge-body':
      return whole(mapJson(answer, (json) => padTo(json, fault.bytes ?? HUGE_BODY_BYTES)));
    case 'other-name':
      return whole(
        mapJson(answer, (json) => ({
          ...json,
          name: fault.as ?? 'projects/p/locations/l/operations/another',
        })),
      );
    case 'stale':
      // handle() has already made the answer stale.
      return whole(answer);
    case 'too-many-requests':
    case 'rate-limit-exceeded':
    case 'status':
    case 'html':
    case 'redirect':
      return whole(errorResponse(fault));
  }
}

function whole(answer: Answer): Delivery {
  return { how: 'whole', message: toMessage(answer) };
}

function rawBody(
  answer: Answer,
  status: number,
  body: (Piece | Buffer)[],
  headers: Record<string, string> = {},
): Delivery {
  return {
    how: 'whole',
    message: { status, headers: withLength({ ...render(answer).headers, ...headers }, body), body },
  };
}

function toMessage(answer: Answer): Message {
  const { headers, pieces } = render(answer);
  return { status: answer.status, headers: withLength(headers, pieces), body: pieces };
}

function withLength(headers: Record<string, string>, body: (Piece | Buffer)[]): Record<string, string> {
  return { ...headers, 'content-length': String(byteLength(body)) };
}

function half(body: (Piece | Buffer)[]): (Piece | Buffer)[] {
  return firstBytes(body, Math.floor(byteLength(body) / 2));
}
