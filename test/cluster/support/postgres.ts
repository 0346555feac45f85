import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { GuardedProcess } from '../../../devserver/guarded-process.js';

/** The folder of Debian's packages, with a folder for each version. Their servers are not on PATH. */
const DEBIAN = '/usr/lib/postgresql';
const READY = 'database system is ready to accept connections';

/** A PostgreSQL server of this machine's packages, which trusts every user. */
export interface Postgres {
  /** Such as `15.14`. */
  version: string;
  stop(): Promise<void>;
}

/**
 * Creates a database cluster in a folder, and starts its server on 127.0.0.1. Root, as which PostgreSQL does not run, gives
 * the folder to the user `postgres`.
 *
 * @param user the name of its superuser
 * @throws Error where there is no PostgreSQL, or with its last line where it fails
 */
export async function startPostgres(folder: string, port: number, user: string): Promise<Postgres> {
  const programs = findPrograms();
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid);
  const options = { ...owner, cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C' } };

  const create = ['-D', folder, '-U', user, '--auth=trust', '--encoding=UTF8', '--no-locale'];
  const { code, reason } = await new GuardedProcess(join(programs, 'initdb'), create, options).exited;
  if (code !== 0) throw new Error(`initdb failed (${reason})`);

  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  const server = new GuardedProcess(
    join(programs, 'postgres'),
    ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    options,
  );
  await server.waitForLine((line) => (line.includes(READY) ? line : undefined));
  server.unref();
  const version = /PostgreSQL (\S+)/.exec(server.output)?.[1] ?? 'of an unknown version';
  return {
    version,
    // SIGINT ends the sessions first.
    stop: async () => void (await server.stop('SIGINT')),
  };
}

/** The folder with `initdb` and `postgres`: one on PATH, or that of the newest of Debian's packages. */
function findPrograms(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
  if (found === undefined) throw new Error(`There is no PostgreSQL on PATH and none in ${DEBIAN}. Install its server.`);
  return found;
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}
