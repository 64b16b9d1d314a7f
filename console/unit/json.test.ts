import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Exact, isObject, JsonError, parseJson, printJson, same} from '../src/json/json';

test('what is parsed prints as it stood, to the digit', () => {
  for (const text of [
    '{"a":[1,-2.5,{"b":null}],"c":"\\u00fc\\n","__proto__":{"x":true}}',
    '[9007199254740993,1.0,1e3,-0,0.1]',
    '{}',
    '[]',
    '""',
  ])
    assert.equal(printJson(parseJson(text)), text.replace('\\u00fc', 'ü'));
});

test('with spaces it is printed as JSON.stringify does', () => {
  const value = {a: [1, {b: []}], c: {}, d: 'x', e: Array(40).fill(1)};
  assert.equal(printJson(value, 2), JSON.stringify(value, null, 2));
  assert.equal(printJson({a: [1, 'b', null]}, 2), '{\n  "a": [1, "b", null]\n}');
  assert.equal(printJson({a: undefined, b: 1}), '{"b":1}');
});

test('only numbers that JavaScript would change are kept as texts', () => {
  assert.equal(parseJson('12'), 12);
  assert.ok(parseJson('12.0') instanceof Exact);
  assert.equal(isObject(parseJson('12.0')), false);
});

test('__proto__ is a name, and nothing is inherited', () => {
  const object = parseJson('{"__proto__":1}');
  assert.ok(isObject(object) && Object.keys(object)[0] === '__proto__' && !('toString' in object));
});

test('what is wrong is told, with its place', () => {
  const cases: [string, number, RegExp][] = [
    ['', 0, /value/],
    ['{"a":1,}', 7, /name/],
    ['{"a" 1}', 5, /colon/],
    ['{"a":1 "b":2}', 7, /comma or \}/],
    ['[1 2]', 3, /comma or \]/],
    ['{"a":1,"a":2}', 7, /twice/],
    ['"a\nb"', 0, /text/],
    ['01', 1, /nothing more/],
    ['[1e999]', 1, /too large/],
    ['truth', 0, /value/],
    ['['.repeat(600), 513, /deep/],
  ];
  for (const [text, at, message] of cases)
    assert.throws(
      () => parseJson(text),
      (error: unknown) =>
        error instanceof JsonError && error.at === at && message.test(error.message),
      text.slice(0, 20),
    );
});

test('values are the same as devices see them', () => {
  const pairs: [string, string, boolean][] = [
    ['1', '1.0', true],
    ['1000', '1e3', true],
    ['9007199254740993', '9007199254740992', false],
    ['1', '"1"', false],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', true],
    ['{"a":1}', '{"a":1,"b":2}', false],
    ['{"a":1}', '{"b":1}', false],
    ['[1,2]', '[2,1]', false],
    ['[1,[2.0]]', '[1.0,[2]]', true],
    ['{}', '[]', false],
    ['null', 'false', false],
  ];
  for (const [a, b, expected] of pairs) {
    assert.equal(same(parseJson(a), parseJson(b)), expected, `${a} ${b}`);
    assert.equal(same(parseJson(b), parseJson(a)), expected, `${b} ${a}`);
  }
  assert.equal(same(undefined, null), false);
});
