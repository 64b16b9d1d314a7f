import assert from 'node:assert/strict';
import {test} from 'node:test';

import {accepts, isEmpty} from '../src/pages/mqtt/search';
import {filterFault, matches, topicFault} from '../src/pages/mqtt/wildcard';
import {message} from './messages';

test('filters match as MQTT says', () => {
  const right: [string, string][] = [
    ['#', 'a'],
    ['#', 'a/b'],
    ['#', '/'],
    ['a/#', 'a'],
    ['a/#', 'a/b/c'],
    ['+', 'a'],
    ['+/+', '/'],
    ['a/+/c', 'a/b/c'],
    ['a/+', 'a/'],
    ['+/b/#', 'a/b'],
    ['$SYS/#', '$SYS/broker'],
    ['$aws/+/x', '$aws/things/x'],
  ];
  for (const [filter, topic] of right) assert.ok(matches(filter, topic), `${filter} ${topic}`);
  const wrong: [string, string][] = [
    ['#', '$SYS/broker'],
    ['+/broker', '$SYS/broker'],
    ['a', 'a/b'],
    ['a/b', 'a'],
    ['+', 'a/b'],
    ['a/+', 'a'],
    ['a/#', 'ab'],
    ['A', 'a'],
    ['a/+/c', 'a/b/d'],
  ];
  for (const [filter, topic] of wrong) assert.ok(!matches(filter, topic), `${filter} ${topic}`);
});

test('what is wrong with a filter or a topic is said', () => {
  for (const filter of ['#', '+', 'a/#', '+/+/a', '/', '$SYS/#']) {
    assert.equal(filterFault(filter), null, filter);
  }
  for (const filter of [
    '',
    '$share/g/a/#',
    'a#',
    '#/a',
    'a/b+',
    '+a/b',
    'a\0b',
    'x'.repeat(65_536),
  ]) {
    assert.notEqual(filterFault(filter), null, filter.slice(0, 20));
  }
  assert.equal(topicFault('a/b'), null);
  for (const topic of ['', 'a/+', '#', 'a\0']) assert.notEqual(topicFault(topic), null, topic);
});

test('messages are searched by topic filter and by text, whatever its case', () => {
  const lamp = message(1, {topic: 'home/Lamp', payload: '{"Power":"on"}'});
  assert.ok(isEmpty({topic: '', text: ''}));
  assert.ok(accepts({topic: '', text: ''}, lamp));
  assert.ok(accepts({topic: 'home/+', text: ''}, lamp));
  assert.ok(!accepts({topic: 'garden/#', text: ''}, lamp));
  assert.ok(accepts({topic: '', text: 'pOwEr'}, lamp));
  assert.ok(accepts({topic: '', text: 'lamp'}, lamp));
  assert.ok(!accepts({topic: 'home/#', text: 'off'}, lamp));
  assert.ok(!accepts({topic: 'home/#/x', text: ''}, lamp), 'a wrong filter takes nothing');
  assert.ok(!accepts({topic: '', text: 'AP'}, message(1, {payload: 'AP+A', isBase64: true})));
});
