/** The services of a Temporal server, each in a process of its own. */
export const SERVICES = ['history', 'matching', 'frontend', 'worker'] as const;
export type Service = (typeof SERVICES)[number];

/** The ports of a cluster on 127.0.0.1. */
export interface Ports {
  postgres: number;
  /** Of the frontend's HTTP API. */
  http: number;
  /** Of gRPC and of the membership protocol. */
  services: Record<Service, { grpc: number; membership: number }>;
}

export const DATABASES = { default: 'temporal', visibility: 'temporal_visibility' } as const;
/** Of `postgresql/v12`, the schema for PostgreSQL 12 and newer. */
export const SQL_PLUGIN = 'postgres12_pgx';
export const SQL_USER = 'temporal';
const IP = '127.0.0.1';

/**
 * The configuration of all services: records and visibility on PostgreSQL, with the defaults of Temporal's own Docker image
 * for everything that is no address.
 *
 * @param dynamicConfigFile the path of what {@link dynamicConfig} returns
 */
export function serverConfig({ postgres, http, services }: Ports, dynamicConfigFile: string): object {
  const store = (databaseName: string, maxConns: number) => ({
    sql: {
      pluginName: SQL_PLUGIN,
      databaseName,
      connectAddr: `${IP}:${postgres}`,
      connectProtocol: 'tcp',
      user: SQL_USER,
      password: '',
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
    },
  });
  const rpc = (service: Service) => ({
    rpc: {
      grpcPort: services[service].grpc,
      membershipPort: services[service].membership,
      bindOnLocalHost: true,
      ...(service === 'frontend' && { httpPort: http }),
    },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      numHistoryShards: 4,
      defaultStore: 'default',
      visibilityStore: 'visibility',
      datastores: { default: store(DATABASES.default, 20), visibility: store(DATABASES.visibility, 10) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: IP } },
    services: Object.fromEntries(SERVICES.map((service) => [service, rpc(service)])),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `${IP}:${services.frontend.grpc}`,
          httpAddress: `${IP}:${http}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicConfigFile, pollInterval: '10s' },
  };
}

/** The dynamic configuration that a self-hosted 1.29 needs for Nexus and for priorities, and more settings. */
export function dynamicConfig({ http }: Ports, more: Readonly<Record<string, unknown>>): object {
  const settings = {
    'component.nexusoperations.callback.endpoint.template': `http://${IP}:${http}/namespaces/{{.NamespaceName}}/nexus/callback`,
    'component.callbacks.allowedAddresses': [{ Pattern: `${IP}:${http}`, AllowInsecure: true }],
    'matching.useNewMatcher': true,
    ...more,
  };
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, [{ value }]]));
}
