import assert from 'node:assert/strict';
import {test} from 'node:test';
import {age, bytes, clockTime, count, duration, exact, many, micros} from '../src/words';

test('ages go in wide steps', () => {
  const cases: [number, string][] = [
    [-5, 'just now'],
    [0, 'just now'],
    [9.9, 'just now'],
    [10, '10 s ago'],
    [19, '10 s ago'],
    [59, '50 s ago'],
    [60, '1 min ago'],
    [3599, '59 min ago'],
    [3600, '1 h ago'],
    [47 * 3600, '47 h ago'],
    [48 * 3600, '2 d ago'],
    [364 * 86400, '364 d ago'],
    [365 * 86400, '1 y ago'],
    [800 * 86400, '2 y ago'],
  ];
  for (const [seconds, words] of cases)
    assert.equal(age(1000, 1000 + seconds), words, String(seconds));
});

test('times are local, to the second and to the millisecond', () => {
  const at = new Date(2026, 10, 3, 7, 4, 1, 9);
  assert.equal(exact(at.getTime() / 1000), '2026-11-03 07:04:01');
  assert.equal(clockTime(at.getTime()), '07:04:01.009');
});

test('microseconds', () => {
  assert.deepEqual([0, 85, 999, 1000, 1234, 9960, 420_000, 2_400_000].map(micros), [
    '0 µs',
    '85 µs',
    '999 µs',
    '1.0 ms',
    '1.2 ms',
    '10 ms',
    '420 ms',
    '2.4 s',
  ]);
});

test('bytes', () => {
  assert.deepEqual([0, 120, 1023, 1024, 8192, 1536, 1_000_000, 5 * 1024 ** 3].map(bytes), [
    '0 B',
    '120 B',
    '1023 B',
    '1 KiB',
    '8 KiB',
    '1.5 KiB',
    '977 KiB',
    '5 GiB',
  ]);
});

test('how many of what', () => {
  assert.deepEqual(
    [many(1234567), count(1, 'thing'), count(1200, 'thing'), count(2, 'entry', 'entries')],
    ['1,234,567', '1 thing', '1,200 things', '2 entries'],
  );
});

test('durations', () => {
  assert.deepEqual([-1, 41_600, 60_000, 250_000, 7_500_000, 7_200_000].map(duration), [
    '0 s',
    '42 s',
    '1 min',
    '4 min 10 s',
    '2 h 5 min',
    '2 h',
  ]);
});
