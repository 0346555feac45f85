import { parseWorkflowId } from '../contract/names.js';

/** The type of a workflow run's token, as Temporal's SDKs write it. */
const WORKFLOW_RUN = 1;

/**
 * The operation that a Nexus operation token belongs to. Temporal's SDKs write the token of a workflow run as
 * base64url of the JSON `{ t: 1, ns, wid }`. `undefined` for anything else, another namespace, or a workflow
 * that follows no operation.
 */
export function operationOfToken(token: string, namespace: string): { service: string; name: string } | undefined {
  const { t, ns, wid } = parseToken(token);
  if (t !== WORKFLOW_RUN || ns !== namespace || typeof wid !== 'string') return undefined;
  return parseWorkflowId(wid);
}

function parseToken(token: string): { t?: unknown; ns?: unknown; wid?: unknown } {
  try {
    const json: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}
