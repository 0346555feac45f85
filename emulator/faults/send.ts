import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

import type { Delivery, Message } from './delivery.js';
import { blocksOf } from './padding.js';

/**
 * Sends an answer. Returns when it is sent or the connection is closed: a client that disconnects is no error.
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
        await pipeline(Readable.from(blocksOf(delivery.message.body)), response);
        return;
      case 'cut':
        start(delivery.message);
        await writeBlocks(response, blocksOf(delivery.message.body), disconnected);
        socket?.end();
        return;
      case 'slow':
        start(delivery.message);
        response.flushHeaders();
        for (const block of blocksOf(delivery.message.body)) {
          for (let at = 0; at < block.length; at += delivery.bytes) {
            await delay(delivery.everyMs, undefined, { signal: disconnected });
            await writeBlocks(response, [block.subarray(at, at + delivery.bytes)], disconnected);
          }
        }
        response.end();
    }
  } catch (error) {
    if (!disconnected.aborted && !response.destroyed) throw error;
  }
}

async function writeBlocks(response: ServerResponse, blocks: Iterable<Buffer>, signal: AbortSignal): Promise<void> {
  for (const block of blocks) if (!response.write(block)) await once(response, 'drain', { signal });
}
