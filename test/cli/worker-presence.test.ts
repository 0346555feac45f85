import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { presenceOf } from '../../cli/temporal/worker-presence.js';

const VERSIONED = 2;
const poller = (buildId: string) => ({
  deploymentOptions: { deploymentName: 'lro', buildId, workerVersioningMode: VERSIONED },
});
const unversioned = { deploymentOptions: null };
const version = (buildId: string) => ({ deploymentName: 'lro', buildId });

describe('Temporal gives work to', () => {
  test('a worker without a version, if no version is current', () => {
    assert.deepEqual(presenceOf([unversioned], {}), { isAvailable: true });
    assert.deepEqual(presenceOf([poller('1'), unversioned], { currentDeploymentVersion: null }), {
      isAvailable: true,
    });
  });

  test('a worker of the current version, or of one that is ramping', () => {
    const routing = { currentDeploymentVersion: version('1'), rampingDeploymentVersion: version('2') };
    assert.deepEqual(presenceOf([poller('1')], routing), { isAvailable: true });
    assert.deepEqual(presenceOf([poller('2')], routing), { isAvailable: true });
  });

  test('no worker of another version, which is named, and none without a version if one is current', () => {
    const routing = { currentDeploymentVersion: version('1') };
    assert.deepEqual(presenceOf([poller('2')], routing), { isAvailable: false, idle: version('2') });
    assert.deepEqual(presenceOf([poller('2')], {}), { isAvailable: false, idle: version('2') });
    assert.deepEqual(presenceOf([unversioned], routing), { isAvailable: false, idle: 'unversioned' });
  });

  test('nobody, if nobody polls', () => {
    assert.deepEqual(presenceOf([], {}), { isAvailable: false, idle: undefined });
  });
});
