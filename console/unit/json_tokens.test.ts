import assert from 'node:assert/strict';
import {test} from 'node:test';
import {jsonTokens} from '../src/ui/json_tokens';

test('nothing of a text gets lost, whatever is in it', () => {
  const value = {'a"b': ['x\\', '": true', -1.5e-7, true, null, {}], '': '<b>'};
  const printed = JSON.stringify(value, null, 2);
  assert.equal(
    jsonTokens(printed)
      .map(({text}) => text)
      .join(''),
    printed,
  );
});

test('names, texts, numbers and words', () => {
  const kinds = jsonTokens('{"a": "b", "c": [1, true]}').flatMap(({kind, text}) =>
    kind ? [[kind, text]] : [],
  );
  assert.deepEqual(kinds, [
    ['name', '"a"'],
    ['text', '"b"'],
    ['name', '"c"'],
    ['number', '1'],
    ['word', 'true'],
  ]);
});
