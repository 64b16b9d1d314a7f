import assert from 'node:assert/strict';
import {test} from 'node:test';
import {formatOrder, nextOrder, parseOrder} from '../src/pages/things/sort';
import {receive, windowOf} from '../src/pages/things/window';
import {nextIndex} from '../src/ui/moving';

const row = (thing: string, version = 0) => ({thing, differing: version});

test('a window brings its rows at their places, changes find theirs by name', () => {
  const first = receive(undefined, {
    at: 1,
    total: 500,
    connected: 3,
    differing: 2,
    from: 40,
    rows: [row('a'), row('b')],
  });
  const then = receive(first, {at: 2, rows: [row('b', 7), row('elsewhere', 1)], moved: 12});
  assert.deepEqual(
    [...then.rows],
    [
      [40, row('a')],
      [41, row('b', 7)],
    ],
  );
  assert.deepEqual([then.total, then.connected, then.differing, then.moved], [500, 3, 2, 12]);
  assert.deepEqual(first.rows.get(41), row('b'), 'what was there before is not touched');
});

test('rows of windows before stay, the oldest go beyond two thousand', () => {
  let window = receive(undefined, {at: 0, total: 9999, from: 0, rows: [row('first')]});
  for (let from = 100; from < 2400; from += 100)
    window = receive(window, {
      at: 0,
      from,
      rows: Array.from({length: 100}, (_, at) => row(String(from + at))),
    });
  assert.equal(window.rows.size, 2000);
  assert.equal(window.rows.get(0), undefined);
  assert.equal(window.rows.get(2399)?.thing, '2399');
});

test('windows go in blocks and never ask for more than two hundred', () => {
  assert.deepEqual(windowOf(0, 30), {from: 0, to: 60});
  assert.deepEqual(windowOf(37, 99), {from: 20, to: 100});
  assert.deepEqual(windowOf(37, 900), {from: 20, to: 220});
});

test('orders as the address has them', () => {
  for (const text of ['name', '-name', 'updated', '-lastSeen', '-differing'])
    assert.equal(formatOrder(parseOrder(text)), text);
  for (const text of [undefined, '', '-', 'size', '--name'])
    assert.equal(formatOrder(parseOrder(text)), 'name');
  assert.deepEqual(nextOrder({sort: 'name', down: false}, 'updated'), {
    sort: 'updated',
    down: true,
  });
  assert.deepEqual(nextOrder({sort: 'updated', down: true}, 'updated'), {
    sort: 'updated',
    down: false,
  });
  assert.deepEqual(nextOrder({sort: 'updated', down: true}, 'name'), {sort: 'name', down: false});
});

test('keys lead from row to row and stop at the ends', () => {
  assert.equal(nextIndex('ArrowDown', 3, 10, 4), 4);
  assert.equal(nextIndex('PageUp', 3, 10, 4), 0);
  assert.equal(nextIndex('End', 3, 10, 4), 9);
  assert.equal(nextIndex('ArrowDown', 9, 10, 4), undefined);
  assert.equal(nextIndex('x', 3, 10, 4), undefined);
});
