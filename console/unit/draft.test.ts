import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parseJson, printJson} from '../src/json/json';
import {baseOf, read, textsOf} from '../src/pages/thing/draft';
import type {ShadowDocument} from '../src/wire';

const document = parseJson(
  '{"state":{"desired":{"a":1,"n":1.0},"reported":{"b":2}},"version":7,"timestamp":1}',
) as unknown as ShadowDocument;

test('what was not touched is nothing to send', () => {
  const base = baseOf(document);
  assert.deepEqual(Object.keys(read(base, textsOf(base.sections))), ['sections', 'update']);
  assert.equal(read(base, textsOf(base.sections)).update, undefined);
});

test('both sections are read, and sent for the version begun with', () => {
  const base = baseOf(document);
  const {update} = read(base, {desired: '{"a": 1}', reported: '{"b": 3}'});
  assert.equal(
    printJson(update),
    '{"state":{"desired":{"n":null},"reported":{"b":3}},"version":7}',
  );
});

test('where there is none, the version is 0 and an empty text an empty object', () => {
  const base = baseOf(null);
  assert.equal(read(base, {desired: ' ', reported: '{}'}).update, undefined);
  const {update} = read(base, {desired: '{"a":1}', reported: ''});
  assert.equal(printJson(update), '{"state":{"desired":{"a":1}},"version":0}');
});

test('a mistake is told with section, place and words', () => {
  const base = baseOf(document);
  assert.deepEqual(read(base, {desired: '{}', reported: '{\n "b": }'}).wrong, {
    section: 'reported',
    at: 8,
    message: 'Line 2, column 7: a value is expected here.',
  });
  assert.equal(read(base, {desired: '[1]', reported: '{}'}).wrong?.section, 'desired');
});
