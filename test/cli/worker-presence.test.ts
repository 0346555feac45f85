import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { presenceOf } from '../../cli/temporal/worker-presence.js';

const VERSIONED = 2;
const poller = (buildId: string) => ({
  deploymentOptions: { deploymentName: 'lro', buildId, workerVersioningMode: VERSIONED },
});
const unversioned = { deploymentOptions: null };
const version = (buildId: string) => ({ deploymentName: 'lro', buildId });

describe('a worker that Temporal gives work to is', () => {
  test('one without a version, where no version is current', () => {
    assert.deepEqual(presenceOf([unversioned], {}), { there: true });
    assert.deepEqual(presenceOf([poller('1'), unversioned], { currentDeploymentVersion: null }), {
      there: true,
    });
  });

  test('one of the current version, or of one that gets a share', () => {
    const routing = { currentDeploymentVersion: version('1'), rampingDeploymentVersion: version('2') };
    assert.deepEqual(presenceOf([poller('1')], routing), { there: true });
    assert.deepEqual(presenceOf([poller('2')], routing), { there: true });
  });

  test('none of another version, which is named, and none without one where a version is current', () => {
    const routing = { currentDeploymentVersion: version('1') };
    assert.deepEqual(presenceOf([poller('2')], routing), { there: false, idle: version('2') });
    assert.deepEqual(presenceOf([poller('2')], {}), { there: false, idle: version('2') });
    assert.deepEqual(presenceOf([unversioned], routing), { there: false, idle: 'unversioned' });
  });

  test('nobody, where nobody polls', () => {
    assert.deepEqual(presenceOf([], {}), { there: false, idle: undefined });
  });
});
