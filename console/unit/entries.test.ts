import assert from 'node:assert/strict';
import {test} from 'node:test';
import {scaleOf, segmentsOf} from '../src/pages/thing/bars';
import {newer, signOf, summary} from '../src/pages/thing/entries';
import {whoText} from '../src/pages/thing/who';
import type {Entry, TraceRequest} from '../src/wire';

const entry = (change: number, more: Partial<Entry> = {}): Entry => ({
  change,
  kind: 'update',
  timestamp: 1,
  thing: 'a',
  lane: 'w',
  ...more,
});

test('a newer page is put before, without gaps and without twice', () => {
  const old = [entry(5), entry(3)];
  assert.deepEqual(
    newer(old, [entry(7), entry(6), entry(5)]).map(({change}) => change),
    [7, 6, 5, 3],
  );
  assert.deepEqual(
    newer(old, [entry(5), entry(3)]).map(({change}) => change),
    [5, 3],
  );
  assert.deepEqual(
    newer(old, [entry(99), entry(98)]).map(({change}) => change),
    [99, 98],
  );
  assert.deepEqual(
    newer([], [entry(1)]).map(({change}) => change),
    [1],
  );
  assert.deepEqual(newer(old, []), old);
});

test('an entry in a few words', () => {
  const changes = [
    {path: ['desired', 'fw'], new: 1},
    {path: ['desired', 'x'], new: 1},
  ];
  assert.equal(summary(entry(1, {changes})), 'desired.fw, +1');
  assert.equal(
    summary(entry(1, {kind: 'create', changes: [{path: ['desired', 'a.b'], new: 1}]})),
    'created desired."a.b"',
  );
  assert.equal(
    summary(entry(1, {kind: 'ended', lane: 'e', reason: 'KEEP_ALIVE'})),
    'disconnected (keep alive)',
  );
  assert.equal(summary(entry(1)), 'written again as it was');
});

test('signs of changes', () => {
  assert.deepEqual(
    [
      {path: [], new: 1},
      {path: [], old: 1},
      {path: [], old: 1, new: 2},
      {path: [], old: null, new: 2},
    ].map(signOf),
    ['+', '−', '≠', '≠'],
  );
});

test('who it was', () => {
  assert.equal(whoText({way: 'console', principal: 'ann'}), 'ann, in the console');
  assert.equal(whoText({way: 'mqtt', clientId: 'lamp', principal: 'cd68'}), 'lamp');
  assert.equal(whoText({way: 'https', principal: 'AKIAEXAMPLE'}), 'AKIAEXAMPLE');
  assert.equal(whoText({way: 'https'}), 'somebody over https');
  assert.equal(whoText({}), '');
});

test('bars stand on a scale that moves seldom', () => {
  assert.deepEqual([0, 1, 2, 3, 7, 420, 500, 501].map(scaleOf), [1, 1, 2, 5, 10, 500, 500, 1000]);
  const line = {handled_us: 100, committed_us: 400, answered_us: 390} as TraceRequest;
  assert.deepEqual(
    segmentsOf(line, 1000).map(({step, us, share}) => [step, us, share]),
    [
      ['handled', 100, 0.1],
      ['committed', 300, 0.3],
      ['answered', 0, 0],
    ],
  );
  assert.equal(segmentsOf(line, 50)[1]?.share, 1);
});
