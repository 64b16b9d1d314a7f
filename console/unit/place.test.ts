import assert from 'node:assert/strict';
import {test} from 'node:test';
import {lineOf, placeOf} from '../src/pages/thing/place';

const text = '{\n  "light": {\n    "level": 1\n  }\n}';

test('a refusal is about the member that it names', () => {
  const {from, to} = placeOf("State contains an invalid node: 'level'", text);
  assert.equal(text.slice(from, to), '"level"');
  const nested = placeOf('Invalid value at "state.desired.light"', text);
  assert.equal(text.slice(nested.from, nested.to), '"light"');
});

test('or else about the first line', () => {
  assert.deepEqual(placeOf('The payload exceeds the maximum size', text), {from: 0, to: 1});
  assert.deepEqual(placeOf("no 'such' member", '{}'), {from: 0, to: 2});
});

test('lines and columns count from one', () => {
  assert.deepEqual(lineOf(text, 0), {line: 1, column: 1});
  assert.deepEqual(lineOf(text, text.indexOf('"level"')), {line: 3, column: 5});
});
