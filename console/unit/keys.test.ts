import assert from 'node:assert/strict';
import {test} from 'node:test';
import {match, type Binding} from '../src/keys';

const binding = (keys: string): Binding => ({keys, words: keys, run: () => undefined});

test('a key, the beginning of a sequence, and neither', () => {
  const all = [binding('/'), binding('g t'), binding('g m')];
  assert.equal(match('/', all), all[0]);
  assert.equal(match('g', all), 'more');
  assert.equal(match('g m', all), all[2]);
  assert.equal(match('g x', all), undefined);
  assert.equal(match('t', all), undefined);
});

test('of two with the same keys the latest is meant', () => {
  const all = [binding('e'), binding('e')];
  assert.equal(match('e', all), all[1]);
});
