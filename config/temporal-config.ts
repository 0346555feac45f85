import { existsSync } from 'node:fs';
import { type ClientConfigTLS, loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { quoted } from '../contract/text.js';
import { parseTemporalAddress } from './host-port.js';
import { payloadCodecFrom, type PayloadCodecConfig } from './payload-codec.js';
import { readEnvironment, type Variables } from './variables.js';

/** How to reach Temporal, as `@temporalio/envconfig` reads it from `TEMPORAL_*` and the profile file. */
export interface TemporalConfig {
  /** `host:port`. */
  address: string;
  namespace: string;
  connection: NativeConnectionOptions;
  /** The codec of all payloads that worker and command write and read. */
  payloadCodec?: PayloadCodecConfig;
}

/** The flags of a command. They take precedence over the environment. */
export interface TemporalOverrides {
  address?: string;
  namespace?: string;
  profile?: string;
}

const DEFAULT_ADDRESS = 'localhost:7233';
const BOOLEANS = ['true', 'false', '1', '0'];
const FILES = [
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
] as const;

/**
 * Reads how to reach Temporal from an environment and a profile file.
 *
 * @throws {ConfigError} with every variable that cannot be used.
 */
export function readTemporalConfig(env: NodeJS.ProcessEnv, overrides?: TemporalOverrides): TemporalConfig {
  return readEnvironment(env, (variables) => temporalConfigFrom(variables, overrides));
}

/** The same as a part of a larger configuration: problems are added to `variables.problems`. */
export function temporalConfigFrom(
  variables: Variables,
  overrides: TemporalOverrides = {},
): TemporalConfig | undefined {
  const before = variables.problems.length;
  checkVariables(variables);
  const payloadCodec = payloadCodecFrom(variables);
  if (variables.problems.length > before) return undefined;
  try {
    const profile = loadClientConfigProfile({
      profile: overrides.profile,
      overrideEnvVars: withoutEmpty(variables.env),
    });
    checkCertificate(variables, profile.tls);
    const { connectionOptions, namespace } = toClientOptions(profile);
    const address = overrides.address ?? connectionOptions.address ?? DEFAULT_ADDRESS;
    if (parseTemporalAddress(address) === undefined) {
      return variables.report(
        'TEMPORAL_ADDRESS',
        `is ${quoted(address)}; it takes host:port such as ${DEFAULT_ADDRESS}`,
      );
    }
    return {
      address,
      namespace: overrides.namespace ?? namespace ?? 'default',
      connection: { ...connectionOptions, address },
      ...(payloadCodec && { payloadCodec }),
    };
  } catch (error) {
    const file = variables.text('TEMPORAL_CONFIG_FILE') ?? 'the default temporal.toml';
    const why = error instanceof Error ? error.message : String(error);
    const profileName = overrides.profile === undefined ? 'TEMPORAL_PROFILE' : '--profile';
    return why.startsWith("Profile '")
      ? variables.report(profileName, `names a profile that ${file} does not have: ${why}`)
      : variables.report(
          'TEMPORAL_CONFIG_FILE',
          `(${file}) cannot be read: ${firstLine(why)}; it takes the path of a TOML file`,
        );
  }
}

/**
 * envconfig accepts these mistakes silently: TEMPORAL_TLS=yes switches TLS off, and a file that is missing is left out.
 */
function checkVariables(variables: Variables): void {
  for (const name of ['TEMPORAL_TLS', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION']) {
    variables.value(name, `one of ${BOOLEANS.join(', ')}`, (text) => BOOLEANS.includes(text) || undefined);
  }
  for (const name of FILES) {
    const path = variables.text(name);
    if (path !== undefined && !existsSync(path)) {
      variables.report(name, `is ${quoted(path)}, where there is no file; it takes the path of a file`);
    }
  }
}

/** Reports a certificate without its key, or a key alone: the SDK would then connect without a client certificate. */
function checkCertificate(variables: Variables, tls: ClientConfigTLS | undefined): void {
  const [cert, key] = [tls?.clientCert !== undefined, tls?.clientKey !== undefined];
  if (cert === key) return;
  const [there, missing] = cert ? ['certificate', 'KEY'] : ['key', 'CERT'];
  variables.report(
    `TEMPORAL_TLS_CLIENT_${missing}_PATH`,
    `(or _DATA) is not set, but there is a client ${there}; mTLS takes both`,
  );
}

function withoutEmpty(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).map(([name, value]) => [name, value?.trim() ?? ''] as const);
  return Object.fromEntries(entries.filter(([, text]) => text !== ''));
}

/** A TOML error quotes the lines around the mistake, which may contain a key, after its first line. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
