import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parseJson} from '../src/json/json';
import {newest, pathText, treeOf} from '../src/pages/thing/tree';
import type {ShadowDocument} from '../src/wire';

const documentOf = (state: string, metadata = '{}') =>
  ({
    state: parseJson(state),
    metadata: parseJson(metadata),
    version: 1,
    timestamp: 1,
  }) as unknown as ShadowDocument;

const signs = (state: string) =>
  treeOf(documentOf(state)).map(({path, differs}) => `${differs ? '≠' : '='}${path.join('.')}`);

test('what differs is what the delta would have', () => {
  const cases: [string, string[]][] = [
    ['{"desired":{"a":1},"reported":{"a":1}}', ['=a']],
    ['{"desired":{"a":1},"reported":{"a":1.0}}', ['=a']],
    ['{"desired":{"a":1},"reported":{"a":2}}', ['≠a']],
    ['{"desired":{"a":1}}', ['≠a']],
    ['{"reported":{"a":1}}', ['=a']],
    ['{"desired":{"a":[1,2]},"reported":{"a":[2,1]}}', ['≠a']],
    [
      '{"desired":{"a":{"b":1,"c":2}},"reported":{"a":{"b":1,"c":3,"d":4}}}',
      ['≠a', '=a.b', '≠a.c', '=a.d'],
    ],
    ['{"desired":{"a":{"b":1}},"reported":{"a":5}}', ['≠a']],
    ['{"desired":{"a":{}},"reported":{"a":{"b":1}}}', ['=a', '=a.b']],
    ['{"desired":{"a":{}},"reported":{"a":{}}}', ['=a']],
    ['{"desired":{"n":9007199254740993},"reported":{"n":9007199254740992}}', ['≠n']],
  ];
  for (const [state, expected] of cases) assert.deepEqual(signs(state), expected, state);
});

test('members are in the order of their names, numbers by value', () => {
  assert.deepEqual(signs('{"desired":{"b10":1,"b9":1},"reported":{"a":1}}'), ['=a', '≠b9', '≠b10']);
});

test('each leaf has its times, arrays the newest of theirs', () => {
  const rows = treeOf(
    documentOf(
      '{"desired":{"a":{"b":[1,2]}},"reported":{"a":{"b":3}}}',
      '{"desired":{"a":{"b":[{"timestamp":5},{"timestamp":7}]}},' +
        '"reported":{"a":{"b":{"timestamp":9}}}}',
    ),
  );
  assert.deepEqual(
    rows.map(({depth, isBranch, desiredAt, reportedAt}) => [
      depth,
      isBranch,
      desiredAt,
      reportedAt,
    ]),
    [
      [0, true, undefined, undefined],
      [1, false, 7, 9],
    ],
  );
});

test('no metadata, no time; an object in an array has its own', () => {
  assert.equal(newest(undefined), undefined);
  assert.equal(newest(parseJson('{}')), undefined);
  assert.equal(newest(parseJson('[{"a":{"timestamp":4}},[{"timestamp":6}],[]]')), 6);
});

test('paths in words', () => {
  assert.equal(pathText(['desired', 'a.b', 'c', 3]), 'desired."a.b".c.3');
});
