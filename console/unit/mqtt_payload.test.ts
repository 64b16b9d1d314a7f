import assert from 'node:assert/strict';
import {test} from 'node:test';

import {diffBlocks} from '../src/pages/mqtt/diff_blocks';
import {hexRow, hexRowCount} from '../src/pages/mqtt/hex';
import {lineDiff} from '../src/pages/mqtt/line_diff';
import {exportName, ndjson} from '../src/pages/mqtt/ndjson';
import {pretty} from '../src/pages/mqtt/pretty';
import {message} from './messages';

test("pretty JSON has JSON.stringify's shape", () => {
  for (const value of [{}, [], {a: []}, {a: {b: [1, {c: null}]}, d: 'x'}, 3, 'text', [[]]]) {
    assert.equal(pretty(JSON.stringify(value)), JSON.stringify(value, null, 2));
  }
});

test('pretty JSON keeps numbers, members and text as they were sent', () => {
  assert.equal(
    pretty('{"n":12345678901234567890,"e":1E2,"n":1.0}'),
    '{\n  "n": 12345678901234567890,\n  "e": 1E2,\n  "n": 1.0\n}',
  );
  assert.equal(pretty('{"a, b":"{ [ : \\" } \\u00e9"}'), '{\n  "a, b": "{ [ : \\" } \\u00e9"\n}');
  assert.equal(pretty(' { "a" : [ ] } '), '{\n  "a": []\n}');
});

test('what is no JSON is not made pretty', () => {
  for (const text of ['', 'hello', '{', '{"a":1}x', 'NaN']) assert.equal(pretty(text), null, text);
});

test('a diff keeps what is common and tells the rest by its sign', () => {
  const shown = (a: string, b: string): string[] =>
    lineDiff(a, b).map((one) => one.sign + one.text);
  assert.deepEqual(shown('a\nb\nc', 'a\nx\nc'), [' a', '-b', '+x', ' c']);
  assert.deepEqual(shown('a\nb', 'a\nb'), [' a', ' b']);
  assert.deepEqual(shown('a\nc\nd', 'a\nb\nc\nd'), [' a', '+b', ' c', ' d']);
  assert.deepEqual(shown('1\n2\n3\n4\n5', '2\n3\n9\n5\n6'), [
    '-1',
    ' 2',
    ' 3',
    '-4',
    '+9',
    ' 5',
    '+6',
  ]);
});

test('a diff gives both texts back, also of long ones that differ everywhere', () => {
  const texts = [
    '',
    'a',
    'a\na\na',
    'b\na\nb',
    Array.from({length: 1500}, (_, i) => `a${i}`).join('\n'),
    Array.from({length: 1500}, (_, i) => `b${i}`).join('\n'),
  ];
  for (const before of texts) {
    for (const after of texts) {
      const lines = lineDiff(before, after);
      const side = (sign: string): string =>
        lines
          .filter((line) => line.sign !== sign)
          .map((line) => line.text)
          .join('\n');
      assert.equal(side('+'), before);
      assert.equal(side('-'), after);
    }
  }
});

test('hex has sixteen bytes a row, and dots for what is no ASCII', () => {
  const bytes = Uint8Array.from([...new TextEncoder().encode('lamp power: on!\n'), 0xff]);
  assert.equal(hexRowCount(bytes), 2);
  assert.equal(
    hexRow(bytes, 0),
    '00000000  6c 61 6d 70 20 70 6f 77  65 72 3a 20 6f 6e 21 0a  lamp power: on!.',
  );
  assert.equal(hexRow(bytes, 1), `00000010  ff${' '.repeat(48)}.`);
  assert.equal(hexRowCount(new Uint8Array()), 0);
});

test('an export has a line a message, which says all that is known', async () => {
  const blob = ndjson([
    message(1, {payload: '{"a":\n"é"}', retain: true, qos: 1}),
    message(2, {
      payload: 'AP+A',
      isBase64: true,
      isTruncated: true,
      size: 70_000,
      userProperties: [['k', 'v']],
      contentType: 'text/plain',
    }),
  ]);
  const lines = (await blob.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  assert.deepEqual(lines, [
    {at: 1_764_000_000_001, topic: 'a/b', qos: 1, retain: true, size: 5, payload: '{"a":\n"é"}'},
    {
      at: 1_764_000_000_002,
      topic: 'a/b',
      qos: 0,
      retain: false,
      size: 70_000,
      payload64: 'AP+A',
      truncated: true,
      contentType: 'text/plain',
      userProperties: [['k', 'v']],
    },
  ]);
  assert.equal(exportName(new Date('2026-01-31T10:20:30.456Z')), 'mqtt-2026-01-31T10-20-30.ndjson');
});

test('of a diff what has changed is shown, with three lines around it', () => {
  const lines = Array.from({length: 20}, (_, i) => String(i));
  const shown = diffBlocks(lineDiff(lines.join('\n'), lines.join('\n').replace('10', 'x')));
  assert.deepEqual(
    shown.map((block) => ('same' in block ? block.same : block.sign + block.text)),
    [7, ' 7', ' 8', ' 9', '-10', '+x', ' 11', ' 12', ' 13', 6],
  );
});
