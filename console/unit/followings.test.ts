import assert from 'node:assert/strict';
import {test} from 'node:test';
import {backoffMs, Followings} from '../src/live/followings';
import type {PageFrame} from '../src/wire';

function world() {
  const sent: PageFrame[] = [];
  return {sent, followings: new Followings((frame) => sent.push(frame))};
}

test('nothing is sent before the way is open, then all that is followed', () => {
  const {sent, followings} = world();
  const id = followings.follow({what: 'faults'}, {frame: () => undefined});
  assert.deepEqual(sent, []);
  followings.opened();
  assert.deepEqual(sent, [{id, do: 'follow', what: 'faults'}]);
});

test('a frame goes to whom its id says', () => {
  const {followings} = world();
  const heard: unknown[] = [];
  followings.opened();
  const health = followings.follow({what: 'health'}, {frame: ({samples}) => heard.push(samples)});
  const trace = followings.follow(
    {what: 'trace', thing: 'a'},
    {
      frame: ({line}) => heard.push(line),
      lost: (count) => heard.push(count),
      error: (words) => heard.push(words),
    },
  );
  followings.received(JSON.stringify({id: trace, at: 1, line: {lost: 1}}));
  followings.received(JSON.stringify({id: health, at: 1, samples: []}));
  followings.received(JSON.stringify({id: trace, lost: 17}));
  followings.received(JSON.stringify({id: trace, error: 'no'}));
  assert.deepEqual(heard, [{lost: 1}, [], 17, 'no']);
});

test('a change keeps the id; what was left is heard no more', () => {
  const {sent, followings} = world();
  followings.opened();
  const id = followings.follow(
    {what: 'shadow', thing: 'a', name: ''},
    {frame: () => assert.fail()},
  );
  followings.change(id, {what: 'shadow', thing: 'b', name: ''});
  followings.leave(id);
  followings.received(JSON.stringify({id, at: 1, document: null}));
  followings.change(id, {what: 'shadow', thing: 'c', name: ''});
  followings.leave(id);
  assert.deepEqual(sent, [
    {id, do: 'follow', what: 'shadow', thing: 'a', name: ''},
    {id, do: 'follow', what: 'shadow', thing: 'b', name: ''},
    {id, do: 'leave'},
  ]);
});

test('after the way was lost all is followed again, as it is by then, and told so', () => {
  const {sent, followings} = world();
  let again = 0;
  followings.opened();
  const kept = followings.follow(
    {what: 'trace', thing: 'a'},
    {frame: () => undefined, again: () => again++},
  );
  const left = followings.follow({what: 'faults'}, {frame: () => undefined});
  followings.closed();
  followings.leave(left);
  followings.change(kept, {what: 'trace', thing: 'b'});
  const fresh = followings.follow(
    {what: 'health'},
    {frame: () => undefined, again: () => assert.fail()},
  );
  sent.length = 0;
  followings.opened();
  assert.deepEqual(sent, [
    {id: kept, do: 'follow', what: 'trace', thing: 'b'},
    {id: fresh, do: 'follow', what: 'health'},
  ]);
  assert.equal(again, 1);
});

test('a publish is done, refused, or not known', async () => {
  const {sent, followings} = world();
  const message = {topic: 'a', payload: 'x', qos: 1, retain: false} as const;
  await assert.rejects(followings.publish(message), /not connected/);
  followings.opened();
  const [done, refused, lost] = [message, message, message].map((one) => followings.publish(one));
  const [first, second] = sent.map((frame) => ('id' in frame ? frame.id : 0));
  followings.received(JSON.stringify({id: first, at: 1, done: true}));
  followings.received(JSON.stringify({id: second, error: 'publishing is for admins'}));
  followings.closed();
  await done;
  await assert.rejects(refused ?? Promise.resolve(), /for admins/);
  await assert.rejects(lost ?? Promise.resolve(), /not known/);
});

test('the hello is handed out', () => {
  const {followings} = world();
  const hello = {name: 'ann', role: 'admin', version: '1', bench: true, bytesMax: 8192, at: 1};
  assert.deepEqual(followings.received(JSON.stringify({hello})), hello);
});

test('waits double up to fifteen seconds, give or take a quarter', () => {
  assert.deepEqual(
    [0, 1, 2, 10].map((tries) => backoffMs(tries, 0.5)),
    [500, 1000, 2000, 15000],
  );
  assert.deepEqual([backoffMs(0, 0), backoffMs(0, 1)], [375, 625]);
});
