const WORKER_SETTINGS =
  /^(?:TEMPORAL_|GOOGLE_|WORKER_|LOG_)|^(?:ALLOWED_OPERATIONS|OPERATIONS_EMULATOR_HOST|HEALTH_ADDRESS|METRICS_ADDRESS)$/;

/** An environment in which a worker has these settings, and none that somebody made for a worker of theirs. */
export function workerEnvironment(
  base: NodeJS.ProcessEnv,
  settings: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const kept = Object.entries(base).filter(([name]) => !WORKER_SETTINGS.test(name));
  return { ...Object.fromEntries(kept), ...settings };
}
