import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parseJson, printJson, same} from '../src/json/json';
import {keyOf, merge, settle} from '../src/pages/thing/merge';
import type {JsonObject} from '../src/wire';

const object = (text: string) => parseJson(text) as JsonObject;
const merged = (base: string, theirs: string, ours: string) =>
  merge(object(base), object(theirs), object(ours));

test('what one side alone has changed is taken', () => {
  const cases: [string, string, string, string][] = [
    ['{"a":1,"b":1}', '{"a":2,"b":1}', '{"a":1,"b":2}', '{"a":2,"b":2}'],
    ['{"a":1}', '{"a":1,"b":2}', '{"a":1,"c":3}', '{"a":1,"b":2,"c":3}'],
    ['{"a":1,"b":1}', '{"b":1}', '{"a":1,"b":2}', '{"b":2}'],
    ['{"a":1,"b":1}', '{"a":2,"b":1}', '{"a":1}', '{"a":2}'],
    ['{"a":{"x":1,"y":1}}', '{"a":{"x":2,"y":1}}', '{"a":{"x":1,"y":2}}', '{"a":{"x":2,"y":2}}'],
    ['{}', '{"a":{"x":1}}', '{"a":{"y":1}}', '{"a":{"x":1,"y":1}}'],
    ['{"a":1}', '{"a":2}', '{"a":2}', '{"a":2}'],
    ['{"a":1}', '{}', '{}', '{}'],
    ['{"a":[1]}', '{"a":[1,2]}', '{"a":[1]}', '{"a":[1,2]}'],
    [
      '{"__proto__":1,"b":1}',
      '{"__proto__":2,"b":1}',
      '{"__proto__":1,"b":2}',
      '{"__proto__":2,"b":2}',
    ],
  ];
  for (const [base, theirs, ours, expected] of cases) {
    const got = merged(base, theirs, ours);
    assert.deepEqual(got.conflicts, [], base);
    assert.ok(
      same(got.value, object(expected)),
      `${base} ${theirs} ${ours}: ${printJson(got.value)}`,
    );
  }
});

test('what both have changed otherwise is asked, and nothing else', () => {
  const cases: [string, string, string, string][] = [
    ['{"a":1}', '{"a":2}', '{"a":3}', 'a'],
    ['{"a":1}', '{}', '{"a":3}', 'a'],
    ['{}', '{"a":1}', '{"a":2}', 'a'],
    ['{"a":[1]}', '{"a":[2]}', '{"a":[3]}', 'a'],
    ['{"a":{"x":1,"y":1}}', '{"a":{"x":2,"y":1}}', '{"a":{"x":3,"y":2}}', 'a.x'],
    ['{"a":{"x":1}}', '{"a":5}', '{"a":{"x":2}}', 'a'],
    ['{"a":5}', '{"a":{"x":1}}', '{"a":{"y":1}}', 'a'],
  ];
  for (const [base, theirs, ours, path] of cases)
    assert.deepEqual(
      merged(base, theirs, ours).conflicts.map((one) => one.path.join('.')),
      [path],
      base,
    );
});

test('it is told what was taken from whom', () => {
  const {taken} = merged('{"a":1,"b":1}', '{"a":2,"b":1}', '{"a":1}');
  assert.deepEqual(taken, [
    {path: ['a'], side: 'theirs', before: 1, after: 2},
    {path: ['b'], side: 'ours', before: 1, after: undefined},
  ]);
});

test('each conflict becomes what was chosen', () => {
  const all = merged(
    '{"a":{"x":1,"y":1},"b":1}',
    '{"a":{"x":2,"y":1},"b":2}',
    '{"a":{"x":3,"y":7}}',
  );
  assert.deepEqual(
    all.conflicts.map(({path}) => path),
    [['a', 'x'], ['b']],
  );
  assert.equal(printJson(settle(all, new Map())), '{"a":{"x":2,"y":7},"b":2}');
  const choices = new Map([
    [keyOf(['a', 'x']), 'ours' as const],
    [keyOf(['b']), 'ours' as const],
  ]);
  assert.equal(printJson(settle(all, choices)), '{"a":{"x":3,"y":7}}');
});

test('with one side unchanged the other is the result', () => {
  const [base, other] = ['{"a":{"b":1},"c":[1]}', '{"a":{},"d":"x"}'];
  for (const got of [merged(base, base, other), merged(base, other, base)]) {
    assert.deepEqual(got.conflicts, []);
    assert.ok(same(got.value, object(other)));
  }
});
