// Switches off the logging of Google's own libraries, which prints every request and answer with the token in
// it, past the redaction of our log. They read the variable once, when they are loaded, so this module has to
// be imported before them.

const VARIABLE = 'GOOGLE_SDK_NODE_LOGGING';

const wasSet = (process.env[VARIABLE] ?? '') !== '';
delete process.env[VARIABLE];

/**
 * Keeps Node from printing the warning of Google's library that a machine has no metadata server, which the error after it
 * says too. Node prints every other warning as before.
 */
export function hideLookupWarning(): void {
  const print = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'MetadataLookupWarning') for (const listener of print) listener(warning);
  });
}

/** Node reads NODE_DEBUG before any of our code runs, so it cannot be switched off here. */
const nodePrintsHeaders = /\b(?:http|net|stream|tls)|\*/i.test(process.env['NODE_DEBUG'] ?? '');

/** The warnings for an operator who has set one of the two variables. */
export const loggingWarnings: readonly string[] = [
  ...(wasSet
    ? [
        `${VARIABLE} is ignored: Google's libraries would print access tokens. LOG_LEVEL=debug shows what this worker does.`,
      ]
    : []),
  ...(nodePrintsHeaders
    ? ['NODE_DEBUG makes Node print the headers of every request to stderr, access tokens included: unset it.']
    : []),
];
