import { parseWorkflowId } from '../contract/workflow-id.js';

/** The type of a workflow run's token, as Temporal's SDKs write it. */
const WORKFLOW_RUN = 1;

/**
 * The operation that a Nexus operation token belongs to. Temporal's SDKs write the token of a workflow run as
 * base64url of the JSON `{ t: 1, ns, wid }`. `undefined` for anything else, another namespace, or a workflow
 * that follows no operation.
 *
 * @param memoOf reads the memo of a workflow, which has the name that a shortened id does not hold
 */
export async function operationOfToken(
  token: string,
  namespace: string,
  memoOf: (workflowId: string) => Promise<Record<string, unknown> | undefined>,
): Promise<{ service: string; name: string } | undefined> {
  const { t, ns, wid } = parseToken(token);
  if (t !== WORKFLOW_RUN || ns !== namespace || typeof wid !== 'string') return undefined;
  const operation = parseWorkflowId(wid);
  if (operation !== undefined) return operation;
  const name = (await memoOf(wid))?.['operation'];
  return typeof name === 'string' ? parseWorkflowId(wid, name) : undefined;
}

function parseToken(token: string): { t?: unknown; ns?: unknown; wid?: unknown } {
  try {
    const json: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}
