// The AWS IoT Device SDK v2 for JavaScript, unmodified: its request-response client of IoT Jobs, on
// MQTT 3.1.1 and on MQTT 5, against jobs that the AWS SDK v3 makes.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const {once} = require('node:events');

const {
  CreateJobCommand, CreateThingCommand, DescribeJobCommand, IoTClient,
} = require('@aws-sdk/client-iot');
const {iotjobs} = require('aws-iot-device-sdk-v2');

const {Mqtt311, Mqtt5} = require('./connections');
const {Endpoint} = require('./endpoint');
const {Inbox, WAIT_MS} = require('./inbox');
const {runTests, test} = require('./runner');

const DOCUMENT = {operation: 'reboot', after: 5};

let endpoint;
let account;

async function openStream(stream, inbox) {
  stream.on('incomingPublish', ({message}) => inbox.put(message));
  const subscribed = once(stream, 'subscriptionStatus');
  stream.open();
  const [{error}] = await subscribed;
  if (error) throw error;
  return stream;
}

async function refusalOf(request) {
  const error = await request.then(
      () => assert.fail('the request was accepted'), (error) => error);
  assert.ok(error.modeledError, String(error.stack));
  return error.modeledError;
}

for (const [name, Connection, make] of [
  ['MQTT 3.1.1', Mqtt311, 'newFromMqtt311'], ['MQTT 5', Mqtt5, 'newFromMqtt5'],
]) {
  test(`IotJobsClientv2 on ${name}: a job is told, started and ended`, async () => {
    const thingName = endpoint.newThing();
    const jobId = `of-${thingName}`;
    const {thingArn} = await account.send(new CreateThingCommand({thingName}));
    const connection = new Connection(endpoint);
    await connection.connect();
    const client = iotjobs.IotJobsClientv2[make](connection.protocol, {
      maxRequestResponseSubscriptions: 8, maxStreamingSubscriptions: 2,
      operationTimeoutInSeconds: WAIT_MS / 1000,
    });
    const [changes, nexts] = [new Inbox(), new Inbox()];
    const streams = [
      await openStream(client.createJobExecutionsChangedStream({thingName}), changes),
      await openStream(client.createNextJobExecutionChangedStream({thingName}), nexts),
    ];
    try {
      await account.send(new CreateJobCommand(
          {jobId, targets: [thingArn], document: JSON.stringify(DOCUMENT)}));
      assert.equal((await changes.take()).jobs.QUEUED[0].jobId, jobId);
      assert.deepEqual((await nexts.take()).execution.jobDocument, DOCUMENT);
      const pending = await client.getPendingJobExecutions({thingName});
      assert.deepEqual(pending.queuedJobs.map((one) => one.jobId), [jobId]);
      const {execution} = await client.startNextPendingJobExecution(
          {thingName, statusDetails: {step: '1'}});
      assert.deepEqual([execution.status, execution.statusDetails, execution.jobDocument],
                       ['IN_PROGRESS', {step: '1'}, DOCUMENT]);
      const described = await client.describeJobExecution({thingName, jobId: '$next'});
      assert.equal(described.execution.versionNumber, 2);
      const conflict = await refusalOf(client.updateJobExecution(
          {thingName, jobId, status: 'SUCCEEDED', expectedVersion: 7}));
      assert.deepEqual([conflict.code, conflict.executionState.versionNumber],
                       ['VersionMismatch', 2]);
      const updated = await client.updateJobExecution(
          {thingName, jobId, status: 'SUCCEEDED', includeJobExecutionState: true});
      assert.equal(updated.executionState.status, 'SUCCEEDED');
      assert.equal((await nexts.take()).execution, undefined);
      const {job} = await account.send(new DescribeJobCommand({jobId}));
      assert.equal(job.status, 'COMPLETED');
    } finally {
      for (const stream of streams) stream.close();
      client.close();
      await connection.disconnect();
    }
  });
}

runTests({
  setUp: async () => {
    endpoint = await Endpoint.started({https: true});
    account = new IoTClient({
      endpoint: `https://localhost:${endpoint.ports.https}`,
      region: 'us-east-1',
      credentials: endpoint.newAccessKey(),
      maxAttempts: 1,
      requestHandler: {httpsAgent: {ca: fs.readFileSync(endpoint.ca)}},
    });
  },
  tearDown: async () => endpoint.close(),
});
