import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import type { Delivery, Message } from './delivery.js';

/**
 * Sends an answer. A client that disconnects is no error.
 *
 * @param onStatus - called with the HTTP status when it is sent, if any is.
 * @param disconnected - aborted when the client disconnects or the emulator closes.
 */
export async function send(
  response: ServerResponse,
  delivery: Delivery,
  onStatus: (status: number) => void,
  disconnected: AbortSignal,
): Promise<void> {
  const { socket } = response;
  const start = ({ status, headers }: Message): void => {
    response.writeHead(status, headers);
    onStatus(status);
  };
  try {
    switch (delivery.how) {
      case 'never':
        return;
      case 'reset':
        socket?.resetAndDestroy();
        return;
      case 'close':
        socket?.destroy();
        return;
      case 'whole':
        if (delivery.afterMs !== undefined) await delay(delivery.afterMs, undefined, { signal: disconnected });
        start(delivery.message);
        // Not by end() alone: a response that was ended counts as sent whole, although the client has gone.
        await write(response, delivery.message.body, disconnected);
        response.end();
        return;
      case 'cut':
        start(delivery.message);
        await write(response, delivery.message.body, disconnected);
        socket?.end();
        return;
      case 'slow':
        start(delivery.message);
        response.flushHeaders();
        for (let at = 0; at < delivery.message.body.length; at += delivery.bytes) {
          await delay(delivery.everyMs, undefined, { signal: disconnected });
          await write(response, delivery.message.body.subarray(at, at + delivery.bytes), disconnected);
        }
        response.end();
    }
  } catch (error) {
    if (!disconnected.aborted && !response.destroyed) throw error;
  }
}

async function write(response: ServerResponse, bytes: Buffer, signal: AbortSignal): Promise<void> {
  if (!response.write(bytes)) await once(response, 'drain', { signal });
}
