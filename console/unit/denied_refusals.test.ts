import assert from 'node:assert/strict';
import {test} from 'node:test';

import {added, KEPT_MAX, questionOf, whoWords} from '../src/pages/denied/refusals';
import {deciding} from '../src/ui/deciding';
import type {Refusal, Statement} from '../src/wire';

const refusal = (at: number, more: Partial<Refusal> = {}): Refusal => ({
  at,
  clientId: 'lamp',
  certificate: 'ab'.repeat(32),
  action: 'iot:Publish',
  resource: 'topic/a',
  reason: 'no statement allows it',
  ...more,
});

test('refusals are the newest first, and the same again takes one place', () => {
  let kept = added([], [refusal(1), refusal(2, {resource: 'topic/b'}), refusal(3)]);
  assert.deepEqual(
    kept.map((one) => [one.refusal.at, one.refusal.resource, one.times]),
    [
      [3, 'topic/a', 2],
      [2, 'topic/b', 1],
    ],
  );
  kept = added(kept, [refusal(4, {resource: 'topic/b'})]);
  assert.deepEqual(
    kept.map((one) => [one.refusal.at, one.times]),
    [
      [4, 2],
      [3, 2],
    ],
  );
});

test('the oldest refusals go', () => {
  const many = Array.from({length: KEPT_MAX + 5}, (_, i) => refusal(i, {resource: `topic/${i}`}));
  const kept = added([], many);
  assert.equal(kept.length, KEPT_MAX);
  assert.equal(kept[0]?.refusal.at, KEPT_MAX + 4);
});

test('who was refused has the shortest name that is known', () => {
  assert.equal(whoWords(refusal(1)), 'lamp');
  assert.equal(whoWords({...refusal(1), clientId: '', thing: 'lift'}), 'lift');
  assert.equal(whoWords({...refusal(1), clientId: undefined}), 'certificate abababab…');
  assert.equal(whoWords({at: 1, action: 'a', resource: 'r', reason: '', address: '::1'}), '::1');
});

test('a refusal is a question to policies if somebody has policies', () => {
  assert.deepEqual(questionOf(refusal(1, {thing: 'lift', address: '10.0.0.7'})), {
    certificate: 'ab'.repeat(32),
    clientId: 'lamp',
    sourceIp: '10.0.0.7',
    action: 'iot:Publish',
    resource: 'topic/a',
  });
  const unknown = refusal(1, {certificate: undefined});
  assert.equal(questionOf(unknown), null);
  assert.equal(questionOf({...unknown, thing: 'lift'})?.thing, 'lift');
});

test('a Deny that applies decides, else the first Allow, else none', () => {
  const one = (effect: Statement['effect'], verdict: Statement['verdict']): Statement => ({
    policy: 'p',
    statement: 1,
    sid: '',
    place: '',
    effect,
    verdict,
  });
  const [deny, allow] = [one('Deny', 'applies'), one('Allow', 'applies')];
  assert.equal(deciding([allow, one('Allow', 'applies'), deny]), deny);
  assert.equal(deciding([one('Deny', 'conditionFails'), allow]), allow);
  assert.equal(deciding([one('Allow', 'otherAction')]), undefined);
});
