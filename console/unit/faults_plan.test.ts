import assert from 'node:assert/strict';
import {test} from 'node:test';

import {changed, globMatches, hits, parsedPlan, ruleWords} from '../src/pages/faults/plan';
import type {FaultPlan} from '../src/wire';

const AS_IT_IS = {things: '', length: '', seed: ''};

const plan: FaultPlan = {
  name: 'lost-deltas',
  for: '5m',
  rules: [{id: 'lost', on: 'answer', where: {topic: 'update/delta'}, every: 3, do: 'drop'}],
};

test('a plan is narrowed, its length and seed are changed, and the rest is as it was', () => {
  assert.deepEqual(changed(plan, AS_IT_IS), plan);
  assert.deepEqual(changed(plan, {things: 'lift-*', length: '90s', seed: '42'}), {
    name: 'lost-deltas',
    for: '90s',
    seed: 42,
    rules: [
      {
        id: 'lost',
        on: 'answer',
        where: {topic: 'update/delta', thing: 'lift-*'},
        every: 3,
        do: 'drop',
      },
    ],
  });
  assert.equal(plan.for, '5m', 'the one it was made of stays');
});

test('a rule about some things is not widened to others', () => {
  const own = (thing: string): FaultPlan => ({
    ...plan,
    rules: [{id: 'r', on: 'answer', do: 'drop', where: {thing}}],
  });
  const narrow = (thing: string, things: string): unknown =>
    changed(own(thing), {...AS_IT_IS, things}).rules[0]?.where?.thing;
  assert.equal(narrow('*', 'lift-?'), 'lift-?');
  assert.equal(narrow('lift-*', 'lift-7'), 'lift-7');
  assert.equal(narrow('lift-*', 'lift-*'), 'lift-*');
  assert.throws(() => narrow('lift-*', 'lamp'), /none of it/);
  assert.throws(() => narrow('lift-*', '*'), /none of it/);
});

test('times and seeds that are none are said to be', () => {
  for (const length of ['5', 'm', '-5m', '5 m', '0s', '1.5h']) {
    assert.throws(() => changed(plan, {...AS_IT_IS, length}), /no time/, length);
  }
  for (const seed of ['x', '-1', '1.5', '9007199254740993']) {
    assert.throws(() => changed(plan, {...AS_IT_IS, seed}), /no seed/, seed);
  }
});

test('wildcards stand for any characters and for one', () => {
  assert.ok(globMatches('lift-*', 'lift-'));
  assert.ok(globMatches('l?ft.', 'lift.'));
  assert.ok(!globMatches('l?ft.', 'liftx'));
  assert.ok(!globMatches('lift', 'lift-7'));
  assert.ok(globMatches('a+(b)[c]^$|\\', 'a+(b)[c]^$|\\'));
});

test('a pasted plan is JSON with rules', () => {
  assert.deepEqual(parsedPlan(JSON.stringify(plan)), plan);
  for (const text of ['', '{', '[]', '3', 'null', '{}', '{"rules":{}}']) {
    assert.throws(() => parsedPlan(text), Error, text);
  }
});

test('rules have words, and hits are summed up', () => {
  assert.equal(
    ruleWords(plan.rules[0] as FaultPlan['rules'][0]),
    'answer drop, topic update/delta',
  );
  assert.equal(
    ruleWords({
      id: 'a',
      on: 'request',
      do: 'cut_before_puback',
      where: {thing: 'lift-*', shadow: ''},
    }),
    'request cut before puback, of lift-*, shadow (classic)',
  );
  assert.equal(
    hits({
      name: 'x',
      rules: [
        {id: 'a', on: 'answer', do: 'drop', fired: 2},
        {id: 'b', on: 'answer', do: 'drop'},
      ],
    }),
    2,
  );
});
