import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parseJson, printJson} from '../src/json/json';
import {patch, updateOf} from '../src/pages/thing/patch';
import type {JsonObject} from '../src/wire';

const object = (text: string) => parseJson(text) as JsonObject;

test('only what differs is sent, null for what is gone', () => {
  const cases: [string, string, string | undefined][] = [
    ['{"a":1}', '{"a":1}', undefined],
    ['{"a":1}', '{"a":1.0}', undefined],
    ['{"a":1,"b":2}', '{"b":3}', '{"a":null,"b":3}'],
    ['{"a":{"b":1,"c":2}}', '{"a":{"b":1,"c":3}}', '{"a":{"c":3}}'],
    ['{"a":{"b":1}}', '{"a":{}}', '{"a":{"b":null}}'],
    ['{"a":{"b":1}}', '{"a":5}', '{"a":5}'],
    ['{"a":5}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
    ['{"a":[1,2]}', '{"a":[1]}', '{"a":[1]}'],
    ['{"a":1}', '{"a":null}', '{"a":null}'],
    ['{}', '{"a":null}', undefined],
    ['{}', '{"a":{"b":null,"c":1}}', '{"a":{"c":1}}'],
    ['{}', '{"n":9007199254740993}', '{"n":9007199254740993}'],
    ['{"n":9007199254740992}', '{"n":9007199254740993}', '{"n":9007199254740993}'],
    ['{}', '{"__proto__":{"x":1}}', '{"__proto__":{"x":1}}'],
    ['{"__proto__":1}', '{}', '{"__proto__":null}'],
  ];
  for (const [before, after, expected] of cases) {
    const got = patch(object(before), object(after));
    assert.equal(got && printJson(got), expected, `${before} ${after}`);
  }
});

test('an update has the sections that change, and the version begun with', () => {
  const [none, one] = [object('{}'), object('{"a":1}')];
  assert.equal(
    updateOf({desired: one, reported: none}, {desired: one, reported: none}, 3),
    undefined,
  );
  assert.equal(
    printJson(updateOf({desired: one, reported: none}, {desired: none, reported: one}, 3)),
    '{"state":{"desired":{"a":null},"reported":{"a":1}},"version":3}',
  );
  assert.equal(
    printJson(updateOf({desired: none, reported: none}, {desired: one, reported: none}, undefined)),
    '{"state":{"desired":{"a":1}}}',
  );
});

// An update as the service makes it, of objects.
function apply(target: JsonObject, changes: JsonObject): JsonObject {
  const out = object(printJson(target));
  for (const [name, value] of Object.entries(changes)) {
    const old = out[name];
    if (value === null) delete out[name];
    else if (
      typeof value === 'object' &&
      !Array.isArray(value) &&
      typeof old === 'object' &&
      old !== null &&
      !Array.isArray(old)
    )
      out[name] = apply(old as JsonObject, value as JsonObject);
    else out[name] = value;
  }
  return out;
}

test('sent to the service it makes what was wanted, whatever both are', () => {
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  const make = (depth: number): JsonObject => {
    const made = object('{}');
    for (let count = random(4); count > 0; count--) {
      const name = 'abcd'[random(4)] ?? 'a';
      const kind = random(depth > 2 ? 3 : 5);
      made[name] =
        kind === 0 ? random(3) : kind === 1 ? [random(2)] : kind === 2 ? 'x' : make(depth + 1);
    }
    return made;
  };
  for (let round = 0; round < 2000; round++) {
    const [before, after] = [make(0), make(0)];
    const changes = patch(before, after);
    const got = changes ? apply(before, changes) : before;
    assert.equal(patch(got, after), undefined, `${printJson(before)} ${printJson(after)}`);
  }
});
