import { isUnanswered } from './errors.js';
import type { Session } from './session.js';

/** The time limit of a worker's answer. */
export const ANSWER_TIMEOUT_MS = 5_000;

/** The answer of a worker to `ask`, or the result of `otherwise` if none answers in time. */
export async function answerOrElse<T>(
  { client }: Session,
  ask: () => Promise<T>,
  otherwise: () => Promise<T>,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + timeoutMs, ask);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return otherwise();
  }
}
