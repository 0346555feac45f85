import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { formatAddress, type HostPort } from '../config/host-port.js';
import { activityTypes } from '../contract/activities.js';
import { workflowTypes } from '../contract/messages.js';
import { googleOperationsService } from '../contract/nexus.js';

/** The labels whose values callers choose. */
const TYPE_LABEL = /\b(?:workflow_?type|activity_?type|nexus_service|nexus_operation)="([^"]{0,1000})"/gi;

/** The types of workflows, activities and Nexus calls that have series. */
const KNOWN_TYPES: ReadonlySet<string> = new Set([
  ...Object.values(workflowTypes),
  ...activityTypes,
  googleOperationsService.name,
  ...Object.keys(googleOperationsService.operations),
]);

/**
 * Serves `/metrics` of the SDK without the series of types that are not ours. The SDK counts by type before any code of
 * ours runs, so that everybody who can start workflows could make a scrape as long as he likes.
 *
 * @param source where the SDK serves its metrics
 * @throws the error of the system, such as `EADDRINUSE`
 */
export async function serveKnownSeries(address: HostPort, source: HostPort): Promise<void> {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    const inner = request({ ...source, path, method: incoming.method }, (answer) => void filter(answer, outgoing));
    inner.on('error', () => outgoing.destroy());
    inner.end();
  });
  await once(server.listen(address), 'listening');
  server.unref();
}

/** The answer of {@link serveKnownSeries}, as text. */
export async function readKnownSeries(source: HostPort): Promise<string> {
  const answer = await fetch(`http://${formatAddress(source)}/metrics`);
  return (await answer.text()).split('\n').filter(isKnown).join('\n');
}

async function filter(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { 'content-type': type = 'text/plain' } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 502, { 'content-type': type });
  try {
    for await (const line of createInterface({ input: answer, crlfDelay: Infinity }))
      if (isKnown(line) && !outgoing.write(`${line}\n`) && !outgoing.destroyed) await drained(outgoing);
    outgoing.end();
  } catch {
    // The SDK's server broke off, so the scrape has to fail too.
    outgoing.destroy();
  }
}

/** Whether a line of Prometheus' text format is about no type, or about one that is known. */
export function isKnown(line: string): boolean {
  if (line.startsWith('#')) return true;
  return [...line.matchAll(TYPE_LABEL)].every(([, type = '']) => type === '' || KNOWN_TYPES.has(type));
}

async function drained(target: NodeJS.WritableStream): Promise<void> {
  await new Promise<void>((resolve) => {
    target.once('drain', resolve);
    target.once('close', resolve);
  });
}
