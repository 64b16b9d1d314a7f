import assert from 'node:assert/strict';
import {test} from 'node:test';

import {cost, type Message, payloadBytes} from '../src/pages/mqtt/message';
import {MESSAGES_MAX, Ring} from '../src/pages/mqtt/ring';
import {message} from './messages';

const numbers = (ring: Ring): number[] => [...ring].map(({number}) => number);

test('a ring keeps the latest, oldest first, and counts what has gone', () => {
  const ring = new Ring(3);
  for (let i = 1; i <= 5; i += 1) ring.push(message(i));
  assert.deepEqual(numbers(ring), [3, 4, 5]);
  assert.equal(ring.gone, 2);
  assert.equal(ring.size, 3);
  assert.equal(ring.at(0)?.number, 3);
  assert.equal(ring.at(3), undefined);
  assert.equal(ring.at(-1), undefined);
});

test('a ring is bounded by memory too, and its weight is that of what it keeps', () => {
  const heavy = message(1, {payload: 'x'.repeat(1000)});
  const ring = new Ring(MESSAGES_MAX, 3 * cost(heavy));
  for (let i = 1; i <= 9; i += 1) ring.push({...heavy, number: i});
  assert.deepEqual(numbers(ring), [7, 8, 9]);
  assert.equal(ring.bytes, 3 * cost(heavy));
  assert.equal(ring.gone, 6);
});

test('a message heavier than the bound stays until the next', () => {
  const ring = new Ring(10, 300);
  ring.push(message(1, {payload: 'x'.repeat(1000)}));
  assert.deepEqual(numbers(ring), [1]);
  ring.push(message(2, {payload: 'x'.repeat(1000)}));
  assert.deepEqual(numbers(ring), [2]);
});

test('a message is found by its number as long as it is there, also around the end', () => {
  const ring = new Ring(4);
  for (const number of [1, 2, 5, 6, 9, 11]) ring.push(message(number));
  for (const number of [5, 6, 9, 11]) assert.equal(ring.find(number)?.number, number);
  for (const number of [1, 2, 7, 12]) assert.equal(ring.find(number), undefined);
});

test('the one before is the latest of the same topic', () => {
  const ring = new Ring(10);
  ring.push(message(1, {topic: 'x'}));
  ring.push(message(2, {topic: 'y'}));
  ring.push(message(3, {topic: 'x'}));
  const last = message(4, {topic: 'x'});
  ring.push(last);
  assert.equal(ring.before(last)?.number, 3);
  assert.equal(ring.before(ring.at(0) as Message), undefined);
});

test('an emptied ring begins anew', () => {
  const ring = new Ring(2);
  for (let i = 1; i <= 3; i += 1) ring.push(message(i));
  ring.clear();
  assert.deepEqual([ring.size, ring.bytes, ring.gone], [0, 0, 0]);
  ring.push(message(9));
  assert.deepEqual(numbers(ring), [9]);
});

test("a payload's bytes are those of its UTF-8, or of its base64", () => {
  assert.deepEqual([...payloadBytes(message(1, {payload: 'é'}))], [0xc3, 0xa9]);
  assert.deepEqual(
    [...payloadBytes(message(1, {payload: 'AP+A', isBase64: true}))],
    [0x00, 0xff, 0x80],
  );
});
