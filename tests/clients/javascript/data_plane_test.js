// The AWS SDK for JavaScript v3 against the HTTPS data plane, with only its endpoint changed.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');

const {
  DeleteThingShadowCommand, GetRetainedMessageCommand, GetThingShadowCommand, IoTDataPlaneClient,
  ListNamedShadowsForThingCommand, ListRetainedMessagesCommand, PublishCommand,
  UpdateThingShadowCommand,
} = require('@aws-sdk/client-iot-data-plane');

const {Endpoint} = require('./endpoint');
const {runTests, test} = require('./runner');

let endpoint;
let client;

function clientOf(credentials) {
  return new IoTDataPlaneClient({
    endpoint: `https://localhost:${endpoint.ports.https}`,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    requestHandler: {httpsAgent: {ca: fs.readFileSync(endpoint.ca)}},
  });
}

const documentOf = ({payload}) => JSON.parse(Buffer.from(payload).toString());

test('a shadow is made, read, listed and deleted', async () => {
  const thingName = endpoint.newThing();
  const payload = JSON.stringify({state: {desired: {led: 'on'}}});
  const made = documentOf(await client.send(new UpdateThingShadowCommand({thingName, payload})));
  assert.equal(made.version, 1);
  await client.send(new UpdateThingShadowCommand({thingName, shadowName: 'a:b', payload}));
  const got = documentOf(await client.send(new GetThingShadowCommand({thingName})));
  assert.deepEqual(got.state, {desired: {led: 'on'}, delta: {led: 'on'}});
  const listed = await client.send(new ListNamedShadowsForThingCommand({thingName}));
  assert.deepEqual(listed.results, ['a:b']);
  await client.send(new DeleteThingShadowCommand({thingName}));
  await assert.rejects(client.send(new GetThingShadowCommand({thingName})),
                       {name: 'ResourceNotFoundException'});
});

test('another version is a conflict', async () => {
  const thingName = endpoint.newThing();
  const payload = JSON.stringify({state: {reported: {a: 1}}, version: 7});
  await client.send(new UpdateThingShadowCommand({
    thingName, payload: JSON.stringify({state: {reported: {a: 0}}})}));
  await assert.rejects(client.send(new UpdateThingShadowCommand({thingName, payload})),
                       {name: 'ConflictException'});
});

test('a retained message is published and told', async () => {
  const topic = 'retained/by the SDK';
  await client.send(new PublishCommand({topic, qos: 1, retain: true, payload: 'kept'}));
  const message = await client.send(new GetRetainedMessageCommand({topic}));
  assert.equal(Buffer.from(message.payload).toString(), 'kept');
  assert.deepEqual([message.topic, message.qos], [topic, 1]);
  const {retainedTopics} = await client.send(new ListRetainedMessagesCommand({}));
  assert.deepEqual(retainedTopics, [{topic, payloadSize: 4, qos: 1}]);
});

test('topics of all kinds are published to and told', async () => {
  for (const topic of ['a/b/c', 'a b/c', '50%/%2F%61', 'a//b/', 'a/../b/.', 'mine/~$a:b=c,d;e@f',
                       'ä/€', "(a)*!'"]) {
    await client.send(new PublishCommand({topic, qos: 1, retain: true, payload: topic}));
    const message = await client.send(new GetRetainedMessageCommand({topic}));
    assert.equal(Buffer.from(message.payload).toString(), topic);
    await client.send(new PublishCommand({topic, qos: 1, retain: true, payload: ''}));
  }
});

test('another secret is forbidden', async () => {
  const stranger = clientOf({...endpoint.newAccessKey(), secretAccessKey: 'x'.repeat(40)});
  await assert.rejects(stranger.send(new GetThingShadowCommand({thingName: 'a'})),
                       {name: 'ForbiddenException'});
});

runTests({
  setUp: async () => {
    endpoint = await Endpoint.started({https: true});
    client = clientOf(endpoint.newAccessKey());
  },
  tearDown: async () => endpoint.close(),
});
