// The AWS IoT Device SDK v2 for JavaScript, unmodified, over mutual TLS: both of its shadow
// clients, on MQTT 3.1.1 and on MQTT 5, for the classic shadow and for a named one.
'use strict';

const assert = require('node:assert/strict');

const {Mqtt311, Mqtt5} = require('./connections');
const {Endpoint} = require('./endpoint');
const {runTests, test} = require('./runner');
const {ClassicClientShadow, Refused, V2ClientShadow} = require('./shadow_clients');

let endpoint;

// Each opened shadow has a connection of its own, as two programs would.
const opened = [];

async function open(Connection, ShadowClient, thing, name) {
  const connection = new Connection(endpoint);
  await connection.connect();
  const shadow = new ShadowClient(thing, name);
  opened.push({connection, shadow});
  await shadow.open(connection);
  return shadow;
}

async function closeOpened() {
  for (const {connection, shadow} of opened.splice(0)) {
    shadow.close();
    await connection.disconnect();
  }
}

async function refusalOf(request) {
  const error = await request.then(
      () => assert.fail('the request was accepted'), (error) => error);
  assert.ok(error instanceof Refused, String(error.stack));
  return error;
}

for (const [client, Connection, ShadowClient] of [
  ['IotShadowClient on MQTT 3.1.1', Mqtt311, ClassicClientShadow],
  ['IotShadowClient on MQTT 5', Mqtt5, ClassicClientShadow],
  ['IotShadowClientV2 on MQTT 3.1.1', Mqtt311, V2ClientShadow],
  ['IotShadowClientV2 on MQTT 5', Mqtt5, V2ClientShadow],
]) {
  for (const name of [undefined, 'config']) {
    const kind = `${client}, ${name ? 'named' : 'classic'} shadow`;
    const shadowOf = (thing) => open(Connection, ShadowClient, thing, name);

    test(`${kind}: get and delete of a missing shadow are rejected with 404`, async () => {
      const thing = endpoint.newThing();
      const shadow = await shadowOf(thing);
      for (const verb of ['get', 'remove']) {
        const {code, message} = await refusalOf(shadow[verb]());
        assert.equal(code, 404);
        const fullName = name ? `${thing}~${name}` : thing;
        assert.equal(message, `No shadow exists with name: '${fullName}'`);
      }
    });

    test(`${kind}: a desired update is accepted and brings delta and documents`, async () => {
      const shadow = await shadowOf(endpoint.newThing());
      const desired = {light: 'on', level: 7};
      const accepted = await shadow.update({desired});
      assert.equal(accepted.version, 1);
      assert.deepEqual(accepted.state, {desired});

      const delta = await shadow.deltas.take();
      assert.deepEqual([delta.version, delta.state], [1, desired]);
      assert.equal(delta.clientToken, accepted.clientToken);

      const {previous, current} = await shadow.documents.take();
      assert.equal(previous, null);
      assert.deepEqual([current.version, current.state], [1, {desired}]);
    });

    test(`${kind}: a reported update settles the delta`, async () => {
      const shadow = await shadowOf(endpoint.newThing());
      const wanted = {light: 'on', level: 7};
      await shadow.update({desired: wanted});
      await shadow.update({reported: {light: 'on', level: 3}});
      const partly = await shadow.deltas.take((delta) => delta.version === 2);
      assert.deepEqual(partly.state, {level: 7});

      assert.equal((await shadow.update({reported: {level: 7}})).version, 3);
      const settled = await shadow.documents.take((event) => event.current.version === 3);
      assert.deepEqual(settled.current.state, {desired: wanted, reported: wanted});

      const got = await shadow.get();
      assert.equal(got.version, 3);
      assert.deepEqual(got.state, {desired: wanted, reported: wanted});
      assert.deepEqual(Object.keys(got.metadata.reported), ['light', 'level']);
      assert.ok(shadow.deltas.all().every((delta) => delta.version < 3));
    });

    test(`${kind}: a stale version is rejected with 409 and changes nothing`, async () => {
      const shadow = await shadowOf(endpoint.newThing());
      await shadow.update({desired: {level: 1}});
      await shadow.update({desired: {level: 2}}, 1);
      const {code, message} = await refusalOf(shadow.update({desired: {level: 3}}, 1));
      assert.deepEqual([code, message], [409, 'Version conflict']);
      const got = await shadow.get();
      assert.deepEqual([got.version, got.state.desired], [2, {level: 2}]);
    });

    test(`${kind}: delete answers with the version and the shadow is gone`, async () => {
      const shadow = await shadowOf(endpoint.newThing());
      await shadow.update({reported: {light: 'on'}});
      await shadow.update({reported: {light: 'off'}});
      assert.equal((await shadow.remove()).version, 2);
      assert.equal((await refusalOf(shadow.get())).code, 404);
      assert.equal((await refusalOf(shadow.update({reported: {}}, 2))).code, 409);
      // The deletion has used up version 3 (rule G6).
      assert.equal((await shadow.update({reported: {light: 'on'}})).version, 4);
    });

    test(`${kind}: each request gets the answer with its own client token`, async () => {
      const thing = endpoint.newThing();
      const shadows = [await shadowOf(thing), await shadowOf(thing)];
      const tokens = [];
      for (const [turn, shadow] of shadows.entries()) {
        const accepted = await shadow.update({desired: {turn}});
        assert.deepEqual(accepted.state, {desired: {turn}});
        tokens.push(accepted.clientToken);
      }
      assert.notEqual(tokens[0], tokens[1]);

      const refusals = [await refusalOf(shadows[0].update({desired: {}}, 1)),
                        await refusalOf(shadows[1].update({desired: {}}, 1))];
      assert.ok(refusals[0].clientToken);
      assert.notEqual(refusals[0].clientToken, refusals[1].clientToken);

      // Both see the events of both (rule F14), each with the token of its cause.
      for (const shadow of shadows) {
        for (const token of tokens) {
          assert.equal((await shadow.deltas.take()).clientToken, token);
        }
      }
    });
  }

  test(`${client}: named and classic shadows are separate documents`, async () => {
    const thing = endpoint.newThing();
    const classic = await open(Connection, ShadowClient, thing);
    const config = await open(Connection, ShadowClient, thing, 'config');
    await classic.update({desired: {light: 'on'}});
    assert.equal((await refusalOf(config.get())).code, 404);

    await config.update({desired: {unit: 'celsius'}});
    await config.update({desired: {unit: 'kelvin'}});
    assert.equal((await classic.get()).version, 1);
    assert.equal((await config.get()).version, 2);

    await classic.remove();
    assert.deepEqual((await config.get()).state.desired, {unit: 'kelvin'});
    assert.ok(classic.deltas.all().every((delta) => !('unit' in delta.state)));
  });
}

runTests({
  setUp: async () => endpoint = await Endpoint.started(),
  cleanUp: closeOpened,
  tearDown: () => endpoint.close(),
});
