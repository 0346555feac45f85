import { exitCodes, EXIT_ERROR, EXIT_USAGE } from './exit-code.js';
import { WIDTH, wrap } from './output/text.js';

const { CANCELLED, ...others } = exitCodes;
const outcomes = Object.entries(others).map(([outcome, code]) => `${code} ${outcome}`);

/** The columns of the labels. */
const INDENT = 6;

const EXIT_CODES: readonly (readonly [code: number | string, text: string])[] = [
  [CANCELLED, 'done; of cancel and watch: CANCELLED'],
  [EXIT_ERROR, 'could not be done; the message says what and why'],
  [EXIT_USAGE, 'bad usage; nothing was done'],
  ['3-7', `of cancel and watch: ${outcomes.join(', ')}`],
  ['130', 'Ctrl-C; workflows go on'],
];

const VARIABLES = [
  'Temporal: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE, TEMPORAL_TASK_QUEUE',
  "Google, of the worker, and of list, cancel-all and resolve: Google's own for credentials, GOOGLE_ENDPOINTS, GOOGLE_CLOUD_UNIVERSE_DOMAIN, OPERATIONS_EMULATOR_HOST",
  'The worker: GOOGLE_SERVICES, ALLOWED_OPERATIONS, GOOGLE_REQUESTS_PER_MINUTE, MAX_ATTEMPTS_PER_SECOND, HEALTH_ADDRESS, METRICS_ADDRESS, LOG_LEVEL, LOG_FORMAT, WORKER_DEPLOYMENT_NAME, WORKER_BUILD_ID',
  'Output: NO_COLOR',
];

/** The paragraphs of the program's `--help` about exit codes and variables. */
export const programHelp = [
  'Exit codes:',
  ...EXIT_CODES.flatMap(([code, text]) =>
    wrap(text, WIDTH - INDENT - 1).map((line, index) => (index === 0 ? `  ${code}` : '').padEnd(INDENT + 1) + line),
  ),
  '',
  'Variables:',
  ...VARIABLES.flatMap((text) => wrap(text, WIDTH - 4).map((line, index) => (index === 0 ? '  ' : '    ') + line)),
].join('\n');
