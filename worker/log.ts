import type { Logger as TemporalLogger, LogLevel as TemporalLogLevel, LogMetadata } from '@temporalio/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogConfig } from '../config/worker-config.js';
import { redactSecrets } from '../google/redact.js';
import { escapeControl } from './escape-control.js';

export type { Logger } from 'pino';

/** Fields whose values are never logged, wherever the SDK or a library puts them. */
const HIDDEN = ['authorization', 'Authorization', 'apiKey', 'token', 'access_token', 'headers', 'config'];

/**
 * The log of the process, to stderr: pretty for people, one JSON object a line for programs. What looks like a token is
 * taken out of every line, and so is what a terminal would obey.
 */
export async function createLogger(config: LogConfig, destination?: DestinationStream): Promise<Logger> {
  // Written at once, so that nothing is lost when the process ends.
  const stderr = destination ?? pino.destination({ fd: 2, sync: true });
  const sink = config.format === 'pretty' ? await prettyTo(stderr) : stderr;
  return pino(
    {
      level: config.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause, err: pino.stdSerializers.errWithCause },
      redact: { paths: HIDDEN.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    { write: (line: string) => sink.write(escapeControl(redactSecrets(line), config.format)) },
  );
}

async function prettyTo(destination: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({
    colorize: process.stderr.isTTY && (process.env['NO_COLOR'] ?? '') === '',
    translateTime: 'SYS:HH:MM:ss.l',
    errorLikeObjectKeys: ['error', 'err'],
    ignore: 'sdkComponent',
  });
  return { write: (line: string) => destination.write(prettyOr(pretty, line)) };
}

/** A log must not fail whoever writes to it, and pino-pretty does over a field by the name of `constructor`. */
function prettyOr(pretty: (line: string) => string, line: string): string {
  try {
    return pretty(line);
  } catch {
    return line;
  }
}

/** The log as Temporal's SDK wants it. */
export function temporalLogger(log: Logger): TemporalLogger {
  const write = (level: TemporalLogLevel, message: string, meta?: LogMetadata): void => {
    // That the worker drains and stops is of use to whoever looks into it; "ready" and "stopped" are ours to say.
    const shown = level === 'INFO' && meta?.['sdkComponent'] === 'worker' ? 'DEBUG' : level;
    log[LEVELS[shown]](meta ?? {}, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}

const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<TemporalLogLevel, string>;
