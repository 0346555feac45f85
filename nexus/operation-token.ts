import { parseWorkflowId } from '../contract/names.js';

/** The type of a token for the run of a workflow, as Temporal's SDKs write it. */
const WORKFLOW_RUN = 1;

/**
 * The operation that a Nexus operation token is for: base64url of the JSON `{ t: 1, ns, wid }`, which is how Temporal's SDKs
 * write the token of a workflow run. `undefined` where it is anything else, of another namespace, or for a workflow that follows
 * no operation.
 */
export function operationOfToken(
  token: string,
  namespace: string,
): { service: string; name: string } | undefined {
  const { t, ns, wid } = parsed(token);
  if (t !== WORKFLOW_RUN || ns !== namespace || typeof wid !== 'string') return undefined;
  return parseWorkflowId(wid);
}

function parsed(token: string): { t?: unknown; ns?: unknown; wid?: unknown } {
  try {
    const json: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}
