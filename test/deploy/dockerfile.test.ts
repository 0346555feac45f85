import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { validate } from 'dockerfile-utils';
import { readWorkerConfig } from '../../config/worker-config.js';
import { ROOT } from '../examples/support/process.js';
import { DOCKERFILE, jsonForm, type Stage, stagesOf, variablesOf } from './support/dockerfile.js';

const stages = stagesOf(DOCKERFILE);
const final = stages.at(-1) ?? assert.fail('there is no stage');

function stepsOf(stage: Stage, keyword: string) {
  return stage.steps.filter((step) => step.keyword === keyword);
}

describe('the Dockerfile', () => {
  it('passes the linter, which finds mistakes elsewhere', () => {
    assert.deepEqual(validate(DOCKERFILE), []);
    assert.notDeepEqual(validate(`${DOCKERFILE}\nEXPOSE many\nENTRYPOINT ['x']\n`), []);
  });

  it('names every image by a tag, with glibc', () => {
    assert.ok(stages.length > 1);
    for (const { image } of stages) {
      assert.match(image, /^[\w./-]+:[\w.-]+$/);
      assert.doesNotMatch(image, /:latest$|alpine|musl/);
    }
  });

  it('runs as an unprivileged user, in a folder that belongs to root', () => {
    assert.match(stepsOf(final, 'USER').at(-1)?.text ?? '', /^[1-9]\d+:[1-9]\d+$/);
    for (const { flags } of stepsOf(final, 'COPY')) assert.equal(flags['chown'], undefined);
  });

  it('runs no install scripts, and builds nothing in the final image', () => {
    assert.deepEqual(stepsOf(final, 'RUN'), []);
    for (const { text } of stages.flatMap((stage) => stepsOf(stage, 'RUN')))
      if (text.startsWith('npm ci')) assert.match(text, /--ignore-scripts/);
  });

  it('gets signals directly, without a shell', () => {
    assert.equal(stepsOf(final, 'STOPSIGNAL').at(-1)?.text, 'SIGTERM');
    assert.ok(jsonForm(stepsOf(final, 'ENTRYPOINT').at(-1)?.text ?? ''));
    assert.ok(jsonForm(stepsOf(final, 'HEALTHCHECK').at(-1)?.text ?? ''));
  });

  it('sets only variables that the worker accepts, and exposes the ports on which it listens', () => {
    const { NODE_ENV, ...variables } = variablesOf(final);
    assert.equal(NODE_ENV, 'production');
    const { health, metrics, log } = readWorkerConfig(variables, true);
    assert.equal(log.format, 'json');
    const exposed = stepsOf(final, 'EXPOSE').flatMap(({ words }) => words.map(Number));
    assert.deepEqual(exposed.toSorted(), [health?.port, metrics?.port].toSorted());
  });

  it('copies everything that .dockerignore includes, and nothing else', () => {
    const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
    assert.equal(patterns[0], '*');
    const included = patterns.slice(1).map((pattern) => pattern.replace(/^!/, ''));
    const copied = stages
      .flatMap((stage) => stepsOf(stage, 'COPY'))
      .filter(({ flags }) => flags['from'] === undefined)
      .flatMap(({ words }) => words.slice(0, -1).map((word) => word.split('/', 1)[0] ?? ''));
    assert.deepEqual(included.toSorted(), [...new Set(copied)].toSorted());
  });
});
