import assert from 'node:assert/strict';
import {test} from 'node:test';

import {nameFault, shadowFilter, shadowTopic} from '../src/pages/mqtt/shadow_topic';
import {
  forgetTemplate,
  keepTemplate,
  readTemplates,
  type Template,
  TEMPLATES_MAX,
} from '../src/pages/mqtt/templates';

class Shelf {
  readonly kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
}

const shelf = (): Storage => new Shelf() as unknown as Storage;

function template(name: string, payload = '{}'): Template {
  return {name, topic: 'a/b', payload, qos: 1, retain: false};
}

test('publishes are kept by name, sorted, and forgotten', () => {
  const storage = shelf();
  keepTemplate(storage, template('b'));
  keepTemplate(storage, template('a'));
  keepTemplate(storage, template('b', 'new'));
  assert.deepEqual(readTemplates(storage), [template('a'), template('b', 'new')]);
  assert.deepEqual(forgetTemplate(storage, 'a'), [template('b', 'new')]);
  assert.deepEqual(readTemplates(storage), [template('b', 'new')]);
});

test('what is kept is bounded, but one of the same name can always be replaced', () => {
  const storage = shelf();
  for (let i = 0; i < TEMPLATES_MAX; i += 1) keepTemplate(storage, template(`t${i}`));
  assert.throws(() => keepTemplate(storage, template('one more')));
  keepTemplate(storage, template('t0', 'new'));
  assert.equal(readTemplates(storage).length, TEMPLATES_MAX);
});

test('what is kept and is no template is left out', () => {
  for (const text of [
    '{',
    '3',
    'null',
    '{"name":"a"}',
    '[null,3,{"name":"x"},{"name":"","topic":"a"}]',
  ]) {
    const storage = shelf();
    keepTemplate(storage, template('a'));
    const key = [...(storage as unknown as Shelf).kept.keys()][0] as string;
    storage.setItem(key, text);
    assert.deepEqual(readTemplates(storage), [], text);
  }
});

test("shadow topics are AWS's", () => {
  assert.equal(shadowTopic('lamp', '', 'update'), '$aws/things/lamp/shadow/update');
  assert.equal(shadowTopic('lamp', 'night', 'get'), '$aws/things/lamp/shadow/name/night/get');
  assert.equal(shadowFilter('lamp', ''), '$aws/things/lamp/shadow/#');
  assert.equal(shadowFilter('lamp', 'night'), '$aws/things/lamp/shadow/name/night/#');
  assert.equal(nameFault('lamp', '$package'), null);
  for (const [thing, shadow] of [
    ['', ''],
    ['a/b', ''],
    ['a', 'x'.repeat(65)],
    ['a', 'b/c'],
  ] as const) {
    assert.notEqual(nameFault(thing, shadow), null);
  }
});
