import { type Kind, nameOfKind } from '../../google/kinds/kind.js';
import { FACTS } from './facts-of-services.js';

/** How a job ended. */
export type End = 'completed' | 'failed' | 'cancelled';

/** The words of a kind without their prefix, as its service writes them. */
export interface Words {
  running: string;
  /** After an accepted cancel. Absent where the service has no such word: it goes on with the one before. */
  cancelling?: string;
  completed: string;
  failed: string;
  cancelled: string;
}

/** What a service does with the jobs of a kind, beside what the table of kinds says. */
export interface JobFacts extends Words {
  /** A cancelled job has its error as well. */
  cancelledWithError?: boolean;
  /** The body of the answer to an accepted cancel. Default: empty. */
  answer?: 'job' | 'operation' | 'bigquery' | 'testState' | 'isCanceled';
  /** Once it is done, a cancel is refused. */
  refusesWhenDone?: boolean;
  /** The words with which a cancel is refused while it runs; `allBut`: with every other. */
  refusesIn?: { words: readonly string[]; allBut?: boolean };
  /** The message of a refusal. */
  refusal?: (job: { type: string; name: string; id: string; word: string; done: boolean }) => string;
  /** The word that a filter of a list compares. Default: that of the job. */
  filterWord?: (word: string, done: boolean) => string;
  /** It has its name beside its id. */
  isNamed?: boolean;
  /** More of the body of a job: what nobody but its owner should see, and what tells its end beside the word. */
  more?: (secret: string, end: End | undefined) => Record<string, unknown>;
}

/** What the service does with the jobs of a kind. */
export function factsOf(kind: Kind): JobFacts {
  return {
    running: 'RUNNING',
    completed: 'SUCCEEDED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
    ...FACTS[kind.service],
    ...FACTS[`${kind.service} ${nameOfKind(kind)}`],
  };
}
