/** The switch of the logging in Google's own libraries. They read it once, when they are loaded. */
const VARIABLE = 'GOOGLE_SDK_NODE_LOGGING';

const wasSet = (process.env[VARIABLE] ?? '') !== '';
// It prints every request and answer with the token in it, past our log and its redaction.
delete process.env[VARIABLE];

/** Node has read this one before any of our code runs: it cannot be taken back. */
const nodePrints = /\b(?:http|net|stream|tls)|\*/i.test(process.env['NODE_DEBUG'] ?? '');

/** What to tell whoever set such a switch. To be of use this module has to be imported before any of Google's. */
export const loggingWarnings: readonly string[] = [
  ...(wasSet
    ? [
        `${VARIABLE} is ignored: Google's libraries would print access tokens. LOG_LEVEL=debug shows what this worker does.`,
      ]
    : []),
  ...(nodePrints
    ? [
        'NODE_DEBUG makes Node print the headers of every request to stderr, access tokens included: unset it.',
      ]
    : []),
];
