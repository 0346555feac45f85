// Keeps `npm run test:unit` honest: a unit test that starts a process after all fails.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
  childProcess[name] = () => {
    throw new Error(`A unit test starts no process, and this one calls ${name}. See scripts/test.mjs.`);
  };
}
syncBuiltinESMExports();
