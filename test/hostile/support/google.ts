import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { selfSigned } from '../../google/support/certificate.js';

export const certificate = selfSigned(['*.googleapis.com', 'localhost']);

/** A request as it arrived. */
export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

type Answer = (seen: Seen, response: ServerResponse) => void;

/** A server of this machine whose answer can be changed at any time. */
export interface Loopback {
  host: string;
  port: number;
  requests: Seen[];
  answer: Answer;
  close(): Promise<void>;
}

export async function loopback(scheme: 'http' | 'https', answer: Answer): Promise<Loopback> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
      it.requests.push(seen);
      it.answer(seen, response);
    });
  };
  const server: Server = scheme === 'https' ? createHttpsServer(certificate, listener) : createHttpServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const it: Loopback = {
    host: `127.0.0.1:${port}`,
    port,
    requests: [],
    answer,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return it;
}

/** A secret without a known form, so that no pattern can find it. */
export const secret = (kind: string): string => `${kind}${randomBytes(15).toString('hex')}`;

/** A folder for credentials, gone when it is closed. */
export function credentialsFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-credentials-'));
  return {
    write(name: string, content: string): string {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Workload identity federation: the subject's token, exchanged for one of Google's at `tokenUrl`. */
export function federation(
  folder: ReturnType<typeof credentialsFolder>,
  tokenUrl: string,
  subject: string,
  more: object = {},
): string {
  return folder.write(
    'federation.json',
    JSON.stringify({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: tokenUrl,
      credential_source: { file: folder.write('subject', subject) },
      ...more,
    }),
  );
}

/** All text of an error that logging, serialising or inspecting it would show. */
export function dumpOf(error: unknown): string {
  const parts = [inspect(error, { depth: 12, showHidden: true, maxStringLength: null, breakLength: Infinity })];
  for (let link = error; link instanceof Error; link = link.cause)
    parts.push(String(link), link.stack ?? '', JSON.stringify(link));
  return parts.join('\n');
}
