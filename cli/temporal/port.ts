import { connect } from 'node:net';
import { parseTemporalAddress } from '../../config/host-port.js';

const TIMEOUT_MS = 1_500;

/** The reason why a Temporal address cannot be reached; `undefined` if it can, or if it is malformed. */
export async function problemOfPort(address: string): Promise<string | undefined> {
  const hostPort = parseTemporalAddress(address);
  if (hostPort === undefined) return undefined;
  return new Promise((resolve) => {
    const socket = connect(hostPort);
    const settle = (problem?: string): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => settle());
    socket.once('error', ({ code }: NodeJS.ErrnoException) => settle(PROBLEMS[code ?? ''] ?? code));
    socket.setTimeout(TIMEOUT_MS, () => settle('no answer in time'));
  });
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  ETIMEDOUT: 'no answer in time',
};
