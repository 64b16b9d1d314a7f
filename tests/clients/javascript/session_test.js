// A device with a kept session (clean session false, keep-alive 6 s) outlives a restart of
// the broker and receives the deltas of its absence.
'use strict';

const assert = require('node:assert/strict');

const {Mqtt311, Mqtt5} = require('./connections');
const {Endpoint} = require('./endpoint');
const {runTests, test} = require('./runner');
const {ClassicClientShadow} = require('./shadow_clients');

let endpoint;

async function setDesired(thing, levels) {
  const application = new Mqtt311(endpoint);
  await application.connect();
  const shadow = new ClassicClientShadow(thing);
  await shadow.open(application);
  for (const level of levels) await shadow.update({desired: {level}});
  await application.disconnect();
}

for (const [protocol, Connection] of [['MQTT 3.1.1', Mqtt311], ['MQTT 5', Mqtt5]]) {
  // Always the same client id: one session.
  const connectionOf = (clientId) => new Connection(
      endpoint, {clientId, keptSession: true, keepAliveSeconds: 6});

  test(`${protocol}: a device away during updates and a restart gets its deltas`, async () => {
    const thing = endpoint.newThing();
    let device = connectionOf(`device-${thing}`);
    assert.equal(await device.connect(), false);
    await new ClassicClientShadow(thing).open(device);
    await device.disconnect();

    await setDesired(thing, [1, 2]);
    await endpoint.restart();
    await setDesired(thing, [3]);

    // What the session holds comes before anything could be subscribed again.
    device = connectionOf(`device-${thing}`);
    assert.equal(await device.connect(), true);
    const isDelta = ({topic}) => topic === `$aws/things/${thing}/shadow/update/delta`;
    for (const level of [1, 2, 3]) {
      const {payload} = await device.messages.take(isDelta, 'a delta');
      assert.deepEqual(JSON.parse(new TextDecoder().decode(payload)).state, {level});
    }
    await device.disconnect();
  });

  test(`${protocol}: a connected device comes back by itself after a restart`, async () => {
    const thing = endpoint.newThing();
    const device = connectionOf(`device-${thing}`);
    await device.connect();
    const shadow = new ClassicClientShadow(thing);
    await shadow.open(device);
    await setDesired(thing, [1]);
    assert.deepEqual((await shadow.deltas.take()).state, {level: 1});

    await endpoint.restart();
    await setDesired(thing, [2, 3]);

    assert.equal(await device.awaitReturn(), true);
    assert.deepEqual((await shadow.deltas.take()).state, {level: 2});
    assert.deepEqual((await shadow.deltas.take()).state, {level: 3});
    await device.disconnect();
  });
}

runTests({
  setUp: async () => endpoint = await Endpoint.started(),
  tearDown: () => endpoint.close(),
});
