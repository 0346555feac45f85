import { connect } from 'node:net';
import { parseHostPort } from '../../config/host-port.js';

const WITHIN_MS = 1_500;

/** Why nothing can be reached at an address (port 7233 where it has none), in words, or `undefined` where something can. */
export async function problemOfPort(address: string): Promise<string | undefined> {
  const place = parseHostPort(address) ?? parseHostPort(`${address}:7233`);
  if (place === undefined) return undefined;
  return new Promise((resolve) => {
    const socket = connect(place);
    const end = (problem?: string): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end());
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(WORDS[code ?? ''] ?? code));
    socket.setTimeout(WITHIN_MS, () => end('no answer in time'));
  });
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  ETIMEDOUT: 'no answer in time',
};
