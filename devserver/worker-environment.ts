const WORKER_SETTINGS =
  /^(?:TEMPORAL_|GOOGLE_|WORKER_|LOG_|PAYLOAD_CODEC)|^(?:ALLOWED_OPERATIONS|OPERATIONS_EMULATOR_HOST|HEALTH_ADDRESS|METRICS_ADDRESS)$/;

/** An environment with these settings of a worker and no others: the base may have those of another worker. */
export function workerEnvironment(
  base: NodeJS.ProcessEnv,
  settings: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const others = Object.entries(base).filter(([name]) => !WORKER_SETTINGS.test(name));
  return { ...Object.fromEntries(others), ...settings };
}
