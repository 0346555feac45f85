import { DEFAULT_TASK_QUEUE } from '../contract/names.js';
import { type GoogleConfig, googleConfigFrom } from './google-config.js';
import type { HostPort } from './host-port.js';
import { type TelemetryConfig, telemetryConfigFrom } from './telemetry-config.js';
import { temporalConfigFrom, type TemporalConfig } from './temporal-config.js';
import { readEnvironment, type Variables } from './variables.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
const LOG_FORMATS = ['pretty', 'json'] as const;
/** The longest name in Temporal's tables on SQL. With a longer task queue nothing on it is listed. */
const MAX_ID_LENGTH = 255;
/** Temporal's own workflow of a version has an id of 255 characters at most: both names, and 40 of its own. */
const MAX_VERSION_LENGTH = 215;
const OWN_VERSION = ['WORKER_DEPLOYMENT_NAME', 'WORKER_BUILD_ID'] as const;
/** The variables that Temporal's Worker Controller sets in its pods. */
const CONTROLLER_VERSION = ['TEMPORAL_DEPLOYMENT_NAME', 'TEMPORAL_WORKER_BUILD_ID'] as const;
/** The word of `WORKER_PATCHES` for none. */
export const NO_PATCHES = 'none';

export interface LogConfig {
  /** The lowest level that is logged. */
  level: (typeof LOG_LEVELS)[number];
  /** How messages are logged: for people or for programs. */
  format: (typeof LOG_FORMATS)[number];
}

/** The version of this worker in Worker Versioning. */
export interface WorkerVersion {
  deploymentName: string;
  buildId: string;
}

/** Everything the worker process takes from its environment. */
export interface WorkerConfig {
  temporal: TemporalConfig;
  taskQueue: string;
  google: GoogleConfig;
  /** The address of `/healthz` and `/readyz`; off if it is absent. Port 0 is any free port. */
  health?: HostPort;
  /** The address of Prometheus' `/metrics`; off if it is absent. */
  metrics?: HostPort;
  /** Traces and metrics by OTLP; off if it is absent. */
  telemetry?: TelemetryConfig;
  log: LogConfig;
  /** Worker Versioning is on if it is present. */
  version?: WorkerVersion;
  /** The patches of the workflows that take effect in executions that reach them here. Default: all of them. */
  patches?: readonly string[];
}

/**
 * Reads the environment of a worker. `isTerminal` says whether the log goes to a terminal, which decides the
 * format if `LOG_FORMAT` is not set.
 *
 * @throws {ConfigError} with every variable that cannot be used, its problem and the accepted values.
 */
export function readWorkerConfig(env: NodeJS.ProcessEnv, isTerminal = process.stderr.isTTY): WorkerConfig {
  return readEnvironment(env, (variables) => {
    const temporal = temporalConfigFrom(variables);
    const google = googleConfigFrom(variables);
    const others = {
      taskQueue: readId(variables, 'TEMPORAL_TASK_QUEUE') ?? DEFAULT_TASK_QUEUE,
      health: variables.hostPort('HEALTH_ADDRESS', { host: '0.0.0.0', port: 8080 }, 0),
      metrics: variables.hostPort('METRICS_ADDRESS', { host: '0.0.0.0', port: 9464 }),
      telemetry: telemetryConfigFrom(variables),
      log: {
        level: variables.oneOf('LOG_LEVEL', LOG_LEVELS) ?? 'info',
        format: variables.oneOf('LOG_FORMAT', LOG_FORMATS) ?? (isTerminal ? 'pretty' : 'json'),
      },
      version: readVersion(variables),
      patches: readPatches(variables),
    };
    return temporal && google && { temporal, google, ...others };
  });
}

/**
 * Reads what a worker within another process takes from its environment.
 *
 * @throws {ConfigError} as {@link readWorkerConfig} does
 */
export function readPluginConfig(env: NodeJS.ProcessEnv): Pick<WorkerConfig, 'google' | 'patches'> {
  return readEnvironment(env, (variables) => {
    const google = googleConfigFrom(variables);
    const patches = readPatches(variables);
    return google && { google, ...(patches && { patches }) };
  });
}

function readVersion(variables: Variables): WorkerVersion | undefined {
  const isSet = (name: string): boolean => variables.text(name) !== undefined;
  const names = !OWN_VERSION.some(isSet) && CONTROLLER_VERSION.every(isSet) ? CONTROLLER_VERSION : OWN_VERSION;
  // Temporal writes a version as name.build, so the name contains no dot (and no colon, its former separator).
  const deploymentName = variables.value(names[0], 'a name without . and : , such as temporal-lro', (text) =>
    /^[^.:\p{Cc}]{1,255}$/u.test(text) ? text : undefined,
  );
  const buildId = readId(variables, names[1]);
  for (const [missing, other] of [names, [names[1], names[0]] as const]) {
    if (!isSet(missing) && isSet(other)) {
      variables.report(missing, `is not set, but ${other} is; Worker Versioning takes both, or neither`);
    }
  }
  if (deploymentName === undefined || buildId === undefined) return undefined;
  const length = deploymentName.length + buildId.length;
  if (length > MAX_VERSION_LENGTH)
    variables.report(
      names[1],
      `and ${names[0]} have ${length} characters; both may have ${MAX_VERSION_LENGTH} together`,
    );
  return { deploymentName, buildId };
}

function readPatches(variables: Variables): string[] | undefined {
  const accepts = `${NO_PATCHES}, or ids of patches such as first-patch,second-patch`;
  const problemOf = (entry: string) => (/^[\w.-]{1,255}$/.test(entry) ? undefined : 'is no id of a patch');
  return variables.list('WORKER_PATCHES', accepts, problemOf)?.filter((entry) => entry !== NO_PATCHES);
}

function readId(variables: Variables, name: string): string | undefined {
  return variables.value(name, `a name of at most ${MAX_ID_LENGTH} characters, none of them a control`, (text) =>
    text.length <= MAX_ID_LENGTH && !/\p{Cc}/u.test(text) ? text : undefined,
  );
}
