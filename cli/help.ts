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

/** The variables by what reads them. */
const VARIABLES = {
  Temporal:
    'TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE, TEMPORAL_TASK_QUEUE',
  'Google, of the worker, and of list, cancel-all and resolve':
    "Google's own for credentials, GOOGLE_ENDPOINTS, GOOGLE_CLOUD_UNIVERSE_DOMAIN, OPERATIONS_EMULATOR_HOST",
  'The worker':
    'GOOGLE_SERVICES, ALLOWED_OPERATIONS, GOOGLE_REQUESTS_PER_MINUTE, MAX_ATTEMPTS_PER_SECOND, HEALTH_ADDRESS, METRICS_ADDRESS, LOG_LEVEL, LOG_FORMAT, WORKER_DEPLOYMENT_NAME, WORKER_BUILD_ID',
  Output: 'NO_COLOR',
};
const { Temporal, 'The worker': worker, Output } = VARIABLES;
const google = VARIABLES['Google, of the worker, and of list, cancel-all and resolve'];

/** The variables of the commands that do not read those of Temporal alone. */
const VARIABLES_OF: Readonly<Record<string, readonly string[]>> = {
  list: [google],
  'cancel-all': [Temporal, google],
  resolve: [google],
  worker: [Temporal, google, worker],
  dev: [google, worker],
  demo: [],
  emulator: [],
  completion: [],
};

/** The paragraphs of the program's `--help` about exit codes and variables. */
export const programHelp = [
  'Exit codes:',
  ...EXIT_CODES.flatMap(([code, text]) =>
    wrap(text, WIDTH - INDENT - 1).map((line, index) => (index === 0 ? `  ${code}` : '').padEnd(INDENT + 1) + line),
  ),
  '',
  'Variables:',
  ...Object.entries(VARIABLES).flatMap(([what, names]) =>
    wrap(`${what}: ${names}`, WIDTH - 4).map((line, index) => (index === 0 ? '  ' : '    ') + line),
  ),
].join('\n');

/** The last lines of a command's `--help`: its exit codes, where no paragraph of its own tells them, and its variables. */
export function commandHelp(name: string): string {
  const hasOwnCodes = ['cancel', 'watch', 'list', 'cancel-all'].includes(name);
  const afterCtrlC = ['worker', 'dev', 'emulator'].includes(name) ? 0 : 130;
  const names = [...(VARIABLES_OF[name] ?? [Temporal]), Output].join(', ');
  return [
    ...(hasOwnCodes ? [] : [`Exit codes: 0 done, 1 could not be done, 2 bad usage, ${afterCtrlC} Ctrl-C.`]),
    ...wrap(`Variables: ${names}`, WIDTH),
  ].join('\n');
}
