import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { copyExample } from './support/package.js';
import { demand, isThere } from './support/process.js';
import { describeExample } from './support/promises.js';

if ((await isThere('mvn', '--version')) && (await isThere('java', '--version'))) {
  describeExample('the Java example', async (folder) => {
    await copyExample('java', folder);
    // Maven keeps what it downloads in a cache of its own, outside the checkout.
    const args = ['-q', '-B', 'compile', 'dependency:build-classpath', '-Dmdep.outputFile=classpath'];
    await demand({ file: 'mvn', args, cwd: folder });
    const classpath = [join(folder, 'target', 'classes'), await readFile(join(folder, 'classpath'), 'utf8')];
    return { file: 'java', args: ['-XX:TieredStopAtLevel=1', '-cp', classpath.join(delimiter), 'Main'] };
  });
} else {
  test('the Java example', { skip: 'there is no mvn or no java on PATH' });
}
