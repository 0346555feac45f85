import type { RefusalMeaning } from '../contract/activities.js';
import type { GoogleApiError } from '../google/error.js';

/**
 * The meanings of a refused cancel's text beyond the refusal, by its wordings. `Operation has already been canceled` is
 * Life Sciences' (cromwell#6568), `Cannot cancel jobId … in state: 'SETUP_DONE'; cancellable states: '[PENDING,
 * RUNNING]'` Dataproc's (google-cloud-java#3754). A clause with an alternative or a condition, such as "already
 * finished or was cancelled", says neither. The first row that matches counts. A text has 500 characters at most.
 */
const WORDINGS: readonly (readonly [RegExp, RefusalMeaning])[] = [
  [
    /\b(?=[aihw])(?<!(?:^|[\s(])(?:or|if|before|until|unless|once|when|after)\s[^.;]{0,499})(?:already|is|are|was|were|has|have|had)(?: already)?(?: been| being)? cancell?(?:ed|ing)\b(?! or\b)/i,
    'BEING_CANCELLED',
  ],
  [/\bstate\b\W*(?:\w+_)?cancel(?:l?ing|l?ed|_pending|_started|_in_progress)\b/i, 'BEING_CANCELLED'],
  [/\bcancell?ation (?:is |was |has )?(?:already )?(?:been )?(?:in progress|under ?way|pending)\b/i, 'BEING_CANCELLED'],
  [
    /\bcancell?ation (?:(?:is|was|has) )?already (?:been )?requested\b|(?<!\bno )\bpending cancell?ation\b/i,
    'BEING_CANCELLED',
  ],
  // "Not yet supported" does not pass in a moment.
  [/(?:\bnot|n.t|\bcannot)\b[^.;]{0,499}\byet\b(?!(?: been)? (?:implemented|supported|available|enabled))/i, 'NOT_YET'],
  [/\b(?:re)?try (?:again )?(?:later|in \d)|\bcancell?able states\b/i, 'NOT_YET'],
];

/** The meaning of a refusal's text for the operation; `undefined` where it says no more than no. */
export function refusalMeaning(text: string): RefusalMeaning | undefined {
  return WORDINGS.find(([wording]) => wording.test(text))?.[1];
}

/** No request left where the connection failed with one of these codes. */
const NOT_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/**
 * Whether a cancel without an answer may have been taken all the same: it was sent, and what came instead of an answer
 * (a 5xx, 408, 499, a page with 200, a reset, a time-out) does not say that it was turned away.
 */
export function mayHaveBeenTaken({ kind, httpStatus, cause }: GoogleApiError): boolean {
  if (kind === 'NETWORK' || kind === 'TIMEOUT') return !NOT_CONNECTED.includes(codeOf(cause));
  if (kind === 'CREDENTIALS' || httpStatus === undefined) return false;
  return httpStatus < 300 || httpStatus >= 499 || httpStatus === 408;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
