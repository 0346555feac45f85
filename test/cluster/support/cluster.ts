import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { Cleanup } from '../../../devserver/cleanup.js';
import { GuardedProcess } from '../../../devserver/guarded-process.js';
import { connectOnce, isFree } from '../../../devserver/port.js';
import { waitUntilReady } from '../../../devserver/ready.js';
import { workerEnvironment } from '../../../devserver/worker-environment.js';
import { until } from '../../support/until.js';
import { buildExecutables, type Executables } from './executables.js';
import { startPostgres } from './postgres.js';
import {
  DATABASES,
  dynamicConfig,
  type Ports,
  serverConfig,
  type Service,
  SERVICES,
  SQL_PLUGIN,
  SQL_USER,
} from './server-config.js';

const IP = '127.0.0.1';
const NAMESPACE = 'default';
const SYSTEM = 'temporal-system';
/** gRPC's code. */
const NOT_FOUND = 5;
const READY_TIMEOUT_MS = 120_000;
const CONNECT_TIMEOUT_MS = 1_000;
/** PostgreSQL's table of the members takes no port over 32,767, and most systems give ports over 32,767 to clients. */
const [MIN_PORT, MAX_PORT] = [10_000, 32_767];

/** A Temporal server on PostgreSQL. It ends with this process at the latest. */
export type Cluster = Awaited<ReturnType<typeof startCluster>>;

/**
 * Starts a Temporal server of four processes, one for each service, on a PostgreSQL of its own, with the namespace `default`
 * and no search attributes.
 *
 * @param settings of the dynamic configuration
 * @throws Error with the last output of what did not start
 */
export async function startCluster(settings: Readonly<Record<string, unknown>> = {}) {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const executables = await buildExecutables(say);
  const cleanup = new Cleanup();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'cluster-'));
    cleanup.add(() => rm(folder, { recursive: true, force: true }));
    const database = await mkdtemp(join(tmpdir(), 'cluster-postgres-'));
    cleanup.add(() => rm(database, { recursive: true, force: true }));
    const ports = await choosePorts();
    const postgres = await startPostgres(database, ports.postgres, SQL_USER);
    cleanup.add(() => postgres.stop());
    for (const [name, databaseName] of Object.entries(DATABASES))
      await createTables(executables, ports, databaseName, name === 'default' ? 'temporal' : name);

    const dynamicConfigFile = join(folder, 'dynamic-config.yaml');
    await writeFile(dynamicConfigFile, JSON.stringify(dynamicConfig(ports, settings)));
    // JSON is YAML, too.
    await mkdir(join(folder, 'config'));
    await writeFile(join(folder, 'config', 'cluster.yaml'), JSON.stringify(serverConfig(ports, dynamicConfigFile)));

    const processes = new Map<Service, GuardedProcess>();
    const start = (service: Service): void => {
      const args = ['--root', folder, '--env', 'cluster', '--allow-no-auth', 'start', '--service', service];
      const server = new GuardedProcess(executables.server, args, { env: workerEnvironment(process.env, {}) });
      server.unref();
      processes.set(service, server);
    };
    cleanup.add(() => Promise.all([...processes.values()].map((server) => server.kill())));
    const [first, ...others] = SERVICES;
    // It writes a row that two at once would both insert, and one of them would end.
    start(first);
    await until(() => isListening(ports.services[first].grpc), Boolean);
    for (const service of others) start(service);
    await createNamespace(ports, processes);
    return {
      /** `host:port` of the frontend's gRPC service. */
      address: `${IP}:${ports.services.frontend.grpc}`,
      namespace: NAMESPACE,
      uiUrl: undefined,
      postgresVersion: postgres.version,
      /** Ends a service by SIGKILL and starts it again. */
      async restart(service: Service): Promise<void> {
        await processes.get(service)?.kill();
        start(service);
      },
      stop: () => cleanup.run(),
    };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function choosePorts(): Promise<Ports> {
  const ports = new Set<number>();
  while (ports.size < 2 + 2 * SERVICES.length) {
    const port = randomInt(MIN_PORT, MAX_PORT + 1);
    if (await isFree(IP, port)) ports.add(port);
  }
  const free = [...ports];
  const next = () => free.pop() ?? 0;
  const pair = () => ({ grpc: next(), membership: next() });
  return {
    postgres: next(),
    http: next(),
    services: { history: pair(), matching: pair(), frontend: pair(), worker: pair() },
  };
}

/** Creates a database with the tables of `postgresql/v12/{schema}`. */
async function createTables({ sqlTool }: Executables, ports: Ports, database: string, schema: string): Promise<void> {
  const place = ['--plugin', SQL_PLUGIN, '--ep', IP, '--port', String(ports.postgres), '--user', SQL_USER];
  for (const command of [
    ['create-database'],
    ['setup-schema', '--version', '0.0'],
    ['update-schema', '--schema-name', `postgresql/v12/${schema}`],
  ]) {
    const args = [...place, '--database', database, ...command];
    const tool = new GuardedProcess(sqlTool, args, { env: workerEnvironment(process.env, {}) });
    const { code, reason } = await tool.exited;
    if (code !== 0) throw new Error(`${basename(sqlTool)} ${command.join(' ')} failed (${reason}): ${tool.output}`);
  }
}

/** Creates the namespace, and waits until all services take part. @throws Error with the output of one that ended */
async function createNamespace(ports: Ports, processes: ReadonlyMap<Service, GuardedProcess>): Promise<void> {
  const port = ports.services.frontend.grpc;
  const ended = Promise.race(
    [...processes].map(async ([service, server]) => {
      const { reason } = await server.exited;
      throw new Error(`The ${service} service ended (${reason}): ${server.output}`);
    }),
  );
  const ready = async () => {
    const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
    const missing = await waitUntilReady({ host: IP, port, namespace: SYSTEM, searchAttributes: [] }, signal);
    if (missing !== undefined) throw new Error(`The frontend is not ready: ${missing}`);
    const connection = await Connection.connect({ address: `${IP}:${port}` });
    try {
      const { workflowService } = connection;
      await workflowService.registerNamespace({
        namespace: NAMESPACE,
        workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
      });
      const namespace = NAMESPACE;
      // A frontend reads the list of namespaces every few seconds, and finds the other services in a table.
      await until(() => isAnswered(workflowService.countWorkflowExecutions({ namespace })), Boolean);
      const taskQueue = { name: 'none' };
      await until(() => isAnswered(workflowService.describeTaskQueue({ namespace, taskQueue })), Boolean);
      const execution = { workflowId: 'none' };
      await until(() => isAnswered(workflowService.describeWorkflowExecution({ namespace, execution })), Boolean);
    } finally {
      await connection.close();
    }
  };
  await Promise.race([ready(), ended]);
}

function isListening(port: number): Promise<boolean> {
  return connectOnce({ host: IP, port }, CONNECT_TIMEOUT_MS).then(
    () => true,
    () => false,
  );
}

/** Whether a request succeeds, or what it asks for is not found. */
function isAnswered(request: Promise<unknown>): Promise<boolean> {
  return request.then(
    () => true,
    (error: unknown) => isGrpcServiceError(error) && error.code === NOT_FOUND,
  );
}
