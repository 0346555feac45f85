import { parseTemporalAddress } from '../../config/host-port.js';
import { connectOnce } from '../../devserver/port.js';

const TIMEOUT_MS = 1_500;

/** The reason why a Temporal address cannot be reached; `undefined` if it can, or if it is malformed. */
export async function problemOfPort(address: string): Promise<string | undefined> {
  const hostPort = parseTemporalAddress(address);
  if (hostPort === undefined) return undefined;
  try {
    await connectOnce(hostPort, TIMEOUT_MS);
    return undefined;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return PROBLEMS[code] ?? code;
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  ETIMEDOUT: 'no answer in time',
  // By AbortSignal.timeout.
  ABORT_ERR: 'no answer in time',
};
