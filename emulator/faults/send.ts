import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';

import type { Delivery, Message } from './delivery.js';
import { blocksOf } from './padding.js';

/**
 * Puts a delivery on the wire. Ends when it is sent, or with the connection: a client that leaves is no error.
 *
 * @param onStatus - called with the HTTP status as it goes out, if any does.
 * @param gone - aborted when the client left or the emulator closes.
 */
export async function send(
  response: ServerResponse,
  delivery: Delivery,
  onStatus: (status: number) => void,
  gone: AbortSignal,
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
        if (delivery.afterMs !== undefined) await pause(delivery.afterMs, undefined, { signal: gone });
        start(delivery.message);
        await pipeline(Readable.from(blocksOf(delivery.message.body)), response);
        return;
      case 'cut':
        start(delivery.message);
        await writeBlocks(response, blocksOf(delivery.message.body), gone);
        socket?.end();
        return;
      case 'drip':
        start(delivery.message);
        response.flushHeaders();
        for (const block of blocksOf(delivery.message.body)) {
          for (let at = 0; at < block.length; at += delivery.bytes) {
            await pause(delivery.everyMs, undefined, { signal: gone });
            await writeBlocks(response, [block.subarray(at, at + delivery.bytes)], gone);
          }
        }
        response.end();
    }
  } catch (error) {
    if (!gone.aborted && !response.destroyed) throw error;
  }
}

async function writeBlocks(
  response: ServerResponse,
  blocks: Iterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  for (const block of blocks) if (!response.write(block)) await once(response, 'drain', { signal });
}
