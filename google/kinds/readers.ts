import type { JsonObject } from '../../contract/operation.js';
import type { FinalOutcome } from '../../contract/outcome.js';
import { isJsonObject, wrongType } from '../json.js';
import { textAt, valueAt } from './field-path.js';
import { outcomeOfWord, statePathOf, type Kind } from './kind.js';

/** What an answer says of the state of a job. */
export interface Reading {
  /** The word, as the service writes it. */
  word?: string | undefined;
  /** Absent while it runs. */
  outcome?: FinalOutcome | undefined;
  /** What the service says of its failure or cancellation: a google.rpc.Status, a text, or several of them. */
  error?: unknown;
}

interface Reader {
  /** What it reads beside the word and the error, as entries of a field mask. */
  fields?: readonly string[];
  read(kind: Kind, body: JsonObject): Reading;
}

/** The readers that the table of kinds names. */
export const READERS: Readonly<Record<NonNullable<Kind['read']>, Reader>> = {
  word: {
    read(kind, body) {
      const word = textAt(body, statePathOf(kind));
      return { word, outcome: outcomeOfWord(kind, word ?? ''), error: errorIn(kind, body) };
    },
  },

  // DONE alone says nothing: a cancelled job has the reason `stopped` (python-bigquery, job/base.py). `status.errors`
  // has those of a job that succeeded, too.
  bigquery: {
    read(kind, body) {
      const word = textAt(body, statePathOf(kind));
      if (word !== 'DONE') return { word };
      const error = errorIn(kind, body);
      if (error === undefined || error === null) return { word, outcome: 'COMPLETED' };
      if (!isJsonObject(error)) throw wrongType('status.errorResult', 'an object', error);
      return { word, outcome: error['reason'] === 'stopped' ? 'CANCELLED' : 'FAILED', error };
    },
  },

  // The terminal condition of an execution is `Completed` (Cloud Run), and its reason tells whether it was cancelled.
  // An execution that was cancelled before its start has been seen without it: then the counts tell.
  run: {
    fields: ['cancelledCount'],
    read(_, body) {
      const conditions = [body['conditions']].flat().filter(isJsonObject);
      const { state, executionReason, message } = conditions.find(({ type }) => type === 'Completed') ?? {};
      if (typeof executionReason === 'string' && Object.hasOwn(OUTCOME_OF_REASON, executionReason))
        return { word: executionReason, outcome: OUTCOME_OF_REASON[executionReason], error: message };
      const word = typeof state === 'string' ? state : undefined;
      const isCancelled = Number(body['cancelledCount']) > 0 && textAt(body, 'completionTime') !== undefined;
      if (word === 'CONDITION_SUCCEEDED') return { word, outcome: 'COMPLETED' };
      if (word === 'CONDITION_FAILED') return { word, outcome: 'FAILED', error: message };
      return { word, outcome: isCancelled ? 'CANCELLED' : undefined };
    },
  },

  // A matrix never says that it was cancelled: `CANCELLED` can only be set on its executions (Test Lab).
  matrix: {
    fields: ['testExecutions/state'],
    read(kind, body) {
      const word = textAt(body, statePathOf(kind));
      const outcome = outcomeOfWord(kind, word ?? '');
      const executions = [body['testExecutions']].flat().filter(isJsonObject);
      const isCancelled = executions.some(({ state }) => state === 'CANCELLED');
      return {
        word,
        outcome: outcome === 'COMPLETED' && isCancelled ? 'CANCELLED' : outcome,
        error: errorIn(kind, body),
      };
    },
  },

  // A cancelled operation of GKE or Cloud SQL is DONE as well. What it looks like otherwise is not published: an error
  // alone tells.
  operation: {
    read(kind, body) {
      const word = textAt(body, statePathOf(kind));
      if (word !== 'DONE') return { word };
      const error = errorIn(kind, body);
      const isEmpty = error === undefined || error === null || Object.keys(error).length === 0;
      if (isEmpty) return { word, outcome: 'COMPLETED' };
      return { word, outcome: isJsonObject(error) && error['code'] === 1 ? 'CANCELLED' : 'FAILED', error };
    },
  },
};

/** Of an execution that is DELETED nothing more is known; its next poll is a 404. */
const OUTCOME_OF_REASON: Record<string, FinalOutcome | undefined> = {
  CANCELLED: 'CANCELLED',
  CANCELLING: undefined,
  DELETED: undefined,
};

function errorIn({ error }: Kind, body: JsonObject): unknown {
  return error === undefined ? undefined : valueAt(body, error);
}
