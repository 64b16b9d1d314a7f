import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Ring} from '../src/pages/mqtt/ring';
import {Selection} from '../src/pages/mqtt/selection';
import {FILTERS_MAX, type Listener, Traffic} from '../src/pages/mqtt/traffic';
import type {Message as WireMessage} from '../src/wire';
import {message} from './messages';

const wire = (topic: string, payload = 'x'): WireMessage => ({
  at: 1,
  topic,
  qos: 0,
  retain: false,
  size: payload.length,
  payload,
});

class Bench {
  readonly followed = new Map<string, Listener>();
  readonly left: string[] = [];
  readonly waiting: (() => void)[] = [];
  readonly traffic = new Traffic(
    (filter, _qos, listener) => {
      this.followed.set(filter, listener);
      return () => void this.left.push(filter);
    },
    (run) => void this.waiting.push(run),
  );

  say(filter: string, ...messages: WireMessage[]): void {
    this.followed.get(filter)?.messages(messages);
  }

  draw(): void {
    for (const run of this.waiting.splice(0)) run();
  }

  get topics(): (string | undefined)[] {
    const {shown} = this.traffic;
    return Array.from({length: shown.size}, (_, i) => shown.at(i)?.topic);
  }
}

test('a selection is what a search through the ring would give, however it came about', () => {
  const ring = new Ring(50);
  const kept = new Selection();
  const search = {topic: 'a/+', text: ''};
  kept.search(search, ring);
  for (let i = 1; i <= 5000; i += 1) {
    const one = message(i, {topic: i % 3 === 0 ? 'b' : `a/${i % 7}`});
    ring.push(one);
    kept.add(one, ring);
    if (i % 37 !== 0) continue;
    const anew = new Selection();
    anew.search(search, ring);
    const numbers = (of: Selection): unknown[] =>
      Array.from({length: of.size}, (_, k) => of.at(k)?.number);
    assert.deepEqual(numbers(kept), numbers(anew));
    assert.equal(kept.at(kept.size), undefined);
    assert.equal(kept.placeOf(kept.at(3)?.number ?? -1), 3);
  }
  assert.equal(kept.placeOf(1), -1);
});

test('what comes is shown newest first, and told once a frame of the screen', () => {
  const bench = new Bench();
  assert.equal(bench.traffic.add('a/#', 0), null);
  bench.draw();
  const before = bench.traffic.changed.value;
  for (let i = 0; i < 100; i += 1) bench.say('a/#', wire(`a/${i}`));
  assert.equal(bench.waiting.length, 1);
  bench.draw();
  assert.equal(bench.traffic.changed.value, before + 1);
  assert.deepEqual(bench.topics.slice(0, 2), ['a/99', 'a/98']);
  assert.equal(bench.traffic.came, 100);
});

test('filters get the first free colour, twenty at most, each once, and no other texts', () => {
  const {traffic} = new Bench();
  for (let i = 0; i < FILTERS_MAX; i += 1) assert.equal(traffic.add(`f${i}`, 0), null);
  assert.match(traffic.add('one/more', 0) ?? '', /20/);
  const [, second] = traffic.filters;
  assert.ok(second);
  traffic.remove(second);
  assert.match(traffic.add('f0', 0) ?? '', /already/);
  assert.match(traffic.add('a/#/b', 0) ?? '', /last/);
  assert.equal(traffic.add('new', 0), null);
  assert.equal(traffic.filters.at(-1)?.place, 1);
});

test('a pause stops what is shown and nothing else', () => {
  const bench = new Bench();
  bench.traffic.add('#', 0);
  bench.say('#', wire('a'));
  bench.traffic.pause(true);
  bench.say('#', wire('b'), wire('c'));
  assert.deepEqual(bench.topics, ['a']);
  assert.equal(bench.traffic.behind, 2);
  assert.equal(bench.traffic.came, 3);
  assert.deepEqual(bench.left, []);
  bench.traffic.pause(false);
  assert.deepEqual(bench.topics, ['c', 'b', 'a']);
  assert.equal(bench.traffic.behind, 0);
});

test('stop unsubscribes, keeps what has come, and start follows again', () => {
  const bench = new Bench();
  bench.traffic.add('a', 0);
  bench.traffic.add('b', 1);
  bench.say('a', wire('a'));
  bench.traffic.stop();
  assert.deepEqual(bench.left, ['a', 'b']);
  assert.ok(!bench.traffic.isFollowing);
  assert.deepEqual(bench.topics, ['a']);
  bench.followed.clear();
  bench.traffic.start();
  assert.deepEqual([...bench.followed.keys()], ['a', 'b']);
});

test('what the server left out is told in place, and what it refuses', () => {
  const bench = new Bench();
  bench.traffic.add('#', 0);
  bench.followed.get('#')?.lost(17);
  bench.followed.get('#')?.lost(3);
  assert.equal(bench.traffic.lost, 20);
  bench.followed.get('#')?.refused('no');
  assert.equal(bench.traffic.filters[0]?.refusal, 'no');
  assert.ok(!bench.traffic.isFollowing);
  bench.followed.get('#')?.again();
  assert.ok(bench.traffic.isFollowing, 'a new connection asks again');
  assert.equal(bench.traffic.gaps, 1);
  bench.traffic.clear();
  assert.deepEqual([bench.traffic.lost, bench.traffic.came, bench.traffic.gaps], [0, 0, 0]);
});

test('a search shows part of what is kept, and of what comes', () => {
  const bench = new Bench();
  bench.traffic.add('#', 0);
  bench.say('#', wire('a', 'red'), wire('b', 'red'), wire('a', 'blue'));
  bench.traffic.find({topic: 'a', text: ''});
  assert.deepEqual(bench.topics, ['a', 'a']);
  bench.traffic.find({topic: '', text: 'red'});
  bench.say('#', wire('c', 'Red'), wire('d', 'green'));
  assert.deepEqual(bench.topics, ['c', 'b', 'a']);
});

test('payloads that are no text, and those cut short, are marked', () => {
  const bench = new Bench();
  bench.traffic.add('#', 0);
  bench.say('#', {
    at: 1,
    topic: 'a',
    qos: 1,
    retain: true,
    size: 70_000,
    payload64: 'AP8=',
    truncated: true,
  });
  const kept = bench.traffic.ring.at(0);
  assert.deepEqual([kept?.isBase64, kept?.isTruncated, kept?.payload], [true, true, 'AP8=']);
});
