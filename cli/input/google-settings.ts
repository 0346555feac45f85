import { readGoogleConfig, type GoogleConfig } from '../../config/google-config.js';
import { ConfigError } from '../../config/config-error.js';
import { Variables } from '../../config/variables.js';

/** The caller's own Google variables, as a worker would read them. @throws {ConfigError} */
export function googleSettings(env: NodeJS.ProcessEnv): GoogleConfig {
  const variables = new Variables(env);
  const config = readGoogleConfig(variables);
  if (config === undefined) throw new ConfigError(variables.problems);
  return config;
}
