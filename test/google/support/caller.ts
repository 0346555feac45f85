import { createAccess } from '../../../google/access.js';
import { createGoogleTransport } from '../../../google/http/google-transport.js';
import { createOperationsClient } from '../../../google/client.js';
import { parseEndpoints } from '../../../google/endpoint.js';
import { GoogleApiError } from '../../../google/error.js';

/** The calls to make in a process of its own, with an environment of its own. */
export interface Task {
  endpoints?: string;
  universeDomain?: string;
  services?: string;
  service?: string;
  name: string;
  calls: number;
  tokenTimeoutMs?: number;
  userAgent?: string;
}

/** The result of each call: the operation's `done`, or the error with all its fields. */
export type CallResult =
  { done: boolean } | { error: Pick<GoogleApiError, 'code' | 'kind' | 'message' | 'httpStatus'>; dump: string };

async function run(task: Task): Promise<CallResult[]> {
  const endpoints = {
    universeDomain: task.universeDomain ?? 'googleapis.com',
    overrides: parseEndpoints(task.endpoints ?? ''),
  };
  const client = createOperationsClient({
    endpoints,
    access: createAccess({ services: task.services ?? '*' }),
    transport: createGoogleTransport({
      endpoints,
      tokenTimeoutMs: task.tokenTimeoutMs,
      userAgent: task.userAgent,
    }),
  });
  const ref = {
    service: task.service ?? 'aiplatform.googleapis.com',
    apiVersion: 'v1',
    name: task.name,
  };
  const results: CallResult[] = [];
  for (let call = 0; call < task.calls; call += 1) {
    try {
      results.push({ done: (await client.get(ref)).done });
    } catch (error) {
      if (!(error instanceof GoogleApiError)) throw error;
      const { code, kind, message, httpStatus } = error;
      results.push({ error: { code, kind, message, httpStatus }, dump: dumpOf(error) });
    }
  }
  return results;
}

/** Everything that an error shows when it is logged or serialised. */
function dumpOf(error: GoogleApiError): string {
  const cause = error.cause as Error | undefined;
  return [error.stack, JSON.stringify(error), cause?.stack, JSON.stringify(cause)].join('\n');
}

const task = process.env['CALLER_TASK'];
if (task !== undefined) {
  const results = await run(JSON.parse(task) as Task);
  process.stdout.write(JSON.stringify(results), () => process.exit(0));
}
