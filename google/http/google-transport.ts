// oxlint-disable-next-line import/no-unassigned-import -- it has to run before anything that loads Google's libraries
import './library-logging.js';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { gaxios } from 'google-auth-library';
import { createTurns } from './body.js';
import { createCredentials } from './credentials.js';
import { credentialsError } from './credentials-error.js';
import { mayReceiveToken, type EndpointConfig } from '../endpoint.js';
import { GoogleApiError } from '../error.js';
import { exemptMetadataServers, proxyVariable } from './proxy.js';
import { sendOnce } from './send-once.js';
import type { HttpAnswer, Transport, TransportRequest } from './transport.js';

const DEFAULT_TOKEN_TIMEOUT_MS = 10_000;
const DEFAULT_USER_AGENT = 'temporal-lro';

/** Idle connections are closed before a NAT on the way drops them: a request on a dropped one hangs until its limit. */
const KEEP_ALIVE = { keepAlive: true, timeout: 60_000 };

export interface GoogleTransportSettings {
  /** The hosts that may get a token: those of its universe, and those that it names. */
  endpoints: EndpointConfig;
  /** Limit for finding credentials and fetching a token, in milliseconds. Default 10 s. */
  tokenTimeoutMs?: number;
  /** The header of that name, to which the auth library adds its own. Default `temporal-lro`. */
  userAgent?: string;
}

export interface EmulatorTransportSettings {
  /** The header of that name. Default `temporal-lro`. */
  userAgent?: string;
}

/**
 * Sends with Application Default Credentials: a file, workload identity federation, a metadata server. The token goes
 * to hosts of the universe and to those that the operator named, over https, and nowhere else. After a 401 a new token
 * is fetched and the request sent once more. The proxy is that of HTTPS_PROXY and NO_PROXY, to which the metadata
 * servers are added.
 */
export function createGoogleTransport(settings: GoogleTransportSettings): Transport {
  const { endpoints, tokenTimeoutMs = DEFAULT_TOKEN_TIMEOUT_MS, userAgent = DEFAULT_USER_AGENT } = settings;
  const credentials = createCredentials(endpoints.universeDomain, tokenTimeoutMs);
  // No agent is given, because gaxios would then not use the proxy.
  const agent = proxyVariable() === undefined ? new HttpsAgent(KEEP_ALIVE) : undefined;
  const takeTurn = createTurns();
  exemptMetadataServers();

  async function sendWithToken(request: TransportRequest): Promise<HttpAnswer> {
    const client = await credentials.ready(request);
    try {
      const answer = await sendOnce((options) => client.request(options), request, { agent, userAgent, takeTurn });
      if (answer.status === 401) credentials.forget(client);
      return answer;
    } catch (error) {
      if (error instanceof GoogleApiError) throw error;
      credentials.forget(client);
      throw credentialsError(error, request.what);
    }
  }

  return {
    async send(request) {
      const url = new URL(request.url);
      if (!mayReceiveToken(url, endpoints)) {
        throw new GoogleApiError(
          `${request.what}: ${url.origin} is neither https://*.${endpoints.universeDomain} nor in GOOGLE_ENDPOINTS, so it gets no token`,
          { code: 'PERMISSION_DENIED', kind: 'FORBIDDEN', url: url.origin + url.pathname },
        );
      }
      const endsAt = Date.now() + request.timeoutMs;
      const answer = await sendWithToken(request);
      if (answer.status !== 401) return answer;
      return sendWithToken({ ...request, timeoutMs: Math.max(1, endsAt - Date.now()) });
    },
  };
}

/** Sends over plain HTTP without credentials, as to an emulator on this machine: no proxy, no token. */
export function createEmulatorTransport({ userAgent = DEFAULT_USER_AGENT }: EmulatorTransportSettings = {}): Transport {
  const http = new gaxios.Gaxios();
  const agent = new HttpAgent(KEEP_ALIVE);
  const takeTurn = createTurns();
  return {
    send: (request) => sendOnce((options) => http.request(options), request, { agent, userAgent, takeTurn }),
  };
}
