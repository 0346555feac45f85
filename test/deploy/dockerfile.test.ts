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
  it('has nothing that the linter finds, and the linter finds things', () => {
    assert.deepEqual(validate(DOCKERFILE), []);
    assert.notDeepEqual(validate(`${DOCKERFILE}\nEXPOSE many\nENTRYPOINT ['x']\n`), []);
  });

  it('names every image by a tag, on a glibc', () => {
    assert.ok(stages.length > 1);
    for (const { image } of stages) {
      assert.match(image, /^[\w./-]+:[\w.-]+$/);
      assert.doesNotMatch(image, /:latest$|alpine|musl/);
    }
  });

  it('runs as nobody in particular, in a folder that is written by root', () => {
    assert.match(stepsOf(final, 'USER').at(-1)?.text ?? '', /^[1-9]\d+:[1-9]\d+$/);
    for (const { flags } of stepsOf(final, 'COPY')) assert.equal(flags['chown'], undefined);
  });

  it('installs no scripts, and builds nothing in the image that runs', () => {
    assert.deepEqual(stepsOf(final, 'RUN'), []);
    for (const { text } of stages.flatMap((stage) => stepsOf(stage, 'RUN')))
      if (text.startsWith('npm ci')) assert.match(text, /--ignore-scripts/);
  });

  it('gets signals without a shell between', () => {
    assert.equal(stepsOf(final, 'STOPSIGNAL').at(-1)?.text, 'SIGTERM');
    assert.ok(jsonForm(stepsOf(final, 'ENTRYPOINT').at(-1)?.text ?? ''));
    assert.ok(jsonForm(stepsOf(final, 'HEALTHCHECK').at(-1)?.text ?? ''));
  });

  it('sets only variables that the worker takes, and exposes where it then listens', () => {
    const { NODE_ENV, ...variables } = variablesOf(final);
    assert.equal(NODE_ENV, 'production');
    const { health, metrics, log } = readWorkerConfig(variables, true);
    assert.equal(log.format, 'json');
    const exposed = stepsOf(final, 'EXPOSE').flatMap(({ words }) => words.map(Number));
    assert.deepEqual(exposed.toSorted(), [health?.port, metrics?.port].toSorted());
  });

  it('copies all that .dockerignore lets in, and nothing else', () => {
    const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
    assert.equal(patterns[0], '*');
    const letIn = patterns.slice(1).map((pattern) => pattern.replace(/^!/, ''));
    const copied = stages
      .flatMap((stage) => stepsOf(stage, 'COPY'))
      .filter(({ flags }) => flags['from'] === undefined)
      .flatMap(({ words }) => words.slice(0, -1).map((word) => word.split('/', 1)[0] ?? ''));
    assert.deepEqual(letIn.toSorted(), [...new Set(copied)].toSorted());
  });
});
