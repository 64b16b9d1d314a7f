import assert from 'node:assert/strict';
import {test} from 'node:test';

import {columns, joined, minutes, summary, WINDOW_SECONDS} from '../src/pages/health/window';
import type {Sample} from '../src/wire';

const BEGIN = 1_764_000_000_000;

const sample = (second: number, more: Partial<Sample> = {}): Sample => ({
  at: BEGIN + second * 1000,
  accepted: second,
  rejected: 0,
  failed: 0,
  ...more,
});

const seconds = (samples: Sample[]): number[] => samples.map(({at}) => (at - BEGIN) / 1000);

test('samples of ten minutes are kept, in order, one a second', () => {
  let kept: Sample[] = [];
  for (let i = 0; i < WINDOW_SECONDS + 50; i += 1) kept = joined(kept, [sample(i)]);
  assert.equal(kept.length, WINDOW_SECONDS);
  assert.equal(seconds(kept)[0], 50);
});

test('after a connection came back what is known already is not there twice', () => {
  const kept = joined([], [sample(1), sample(2), sample(3)]);
  assert.deepEqual(seconds(joined(kept, [sample(2), sample(3), sample(4)])), [1, 2, 3, 4]);
  assert.deepEqual(seconds(joined(kept, [])), [1, 2, 3]);
});

test('columns have null where nothing is known', () => {
  const samples = [sample(1, {p50us: 80}), sample(2)];
  assert.deepEqual(columns(samples, [({accepted}) => accepted, ({p50us}) => p50us]), [
    [BEGIN / 1000 + 1, BEGIN / 1000 + 2],
    [1, 2],
    [80, null],
  ]);
});

test('a summary is of what is known', () => {
  const samples = [sample(4), sample(2, {p50us: 80}), sample(6)];
  assert.deepEqual(
    summary(samples, ({accepted}) => accepted),
    {latest: 6, least: 2, most: 6, mean: 4},
  );
  assert.deepEqual(summary(samples, ({p50us}) => p50us)?.most, 80);
  assert.equal(
    summary(samples, ({clients}) => clients),
    null,
  );
});

test('minutes are the newest first, with the greatest of each', () => {
  const first = Math.ceil(BEGIN / 60_000) * 60 - BEGIN / 1000;
  const samples = [sample(first), sample(first + 59), sample(first + 60)];
  assert.deepEqual(
    minutes(samples, [({accepted}) => accepted, ({clients}) => clients]).map(({values}) => values),
    [
      [first + 60, null],
      [first + 59, null],
    ],
  );
});
