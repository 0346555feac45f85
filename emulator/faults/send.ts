import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../answer.js';
import type { Fault } from './fault.js';
import { firstHalf, messageOf } from './message.js';

/**
 * Sends an answer that a fault has hit, if any. A client that disconnects is no error.
 *
 * @param onStatus - called with the HTTP status when it is sent, if any is.
 * @param signal - aborted when the client disconnects or the emulator closes.
 */
export async function send(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  onStatus: (status: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { socket } = response;
  const write = async (bytes: Buffer): Promise<void> => {
    if (!response.write(bytes)) await once(response, 'drain', { signal });
  };
  try {
    if (fault?.kind === 'never-answers') return;
    if (fault?.kind === 'reset') return void socket?.resetAndDestroy();
    if (fault?.kind === 'lost-answer') return void socket?.destroy();
    if (fault?.kind === 'late-answer') await delay(fault.afterMs, undefined, { signal });
    const { status, headers, body } = messageOf(answer, fault);
    response.writeHead(status, headers);
    onStatus(status);
    if (fault?.kind === 'closed-mid-body') {
      await write(firstHalf(body));
      return void socket?.end();
    }
    if (fault?.kind === 'slow-body') {
      const { everyMs, bytes = 1 } = fault;
      response.flushHeaders();
      for (let at = 0; at < body.length; at += bytes) {
        await delay(everyMs, undefined, { signal });
        await write(body.subarray(at, at + bytes));
      }
    } else {
      // Not by end() alone: a response that was ended counts as sent whole, although the client has gone.
      await write(body);
    }
    response.end();
  } catch (error) {
    if (!signal.aborted && !response.destroyed) throw error;
  }
}
