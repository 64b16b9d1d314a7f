// The AWS SDK for JavaScript v3 against the account's operations, with only its endpoint changed.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const {spawnSync} = require('node:child_process');

const {
  AttachPolicyCommand, AttachThingPrincipalCommand, CreateKeysAndCertificateCommand,
  CreatePolicyCommand, CreateThingCommand, DeleteCertificateCommand, DeletePolicyCommand,
  DeleteThingCommand, DescribeCertificateCommand, DescribeEndpointCommand, DescribeThingCommand,
  DetachPolicyCommand, DetachThingPrincipalCommand, GetPolicyCommand, IoTClient,
  ListTagsForResourceCommand, ListTargetsForPolicyCommand, ListThingPrincipalsV2Command,
  TagResourceCommand, UpdateCertificateCommand, UpdateThingCommand, paginateListThings,
} = require('@aws-sdk/client-iot');

const {Endpoint} = require('./endpoint');
const {runTests, test} = require('./runner');

const DOCUMENT = JSON.stringify({
  Version: '2012-10-17', Statement: [{Effect: 'Allow', Action: 'iot:*', Resource: '*'}],
});

let endpoint;
let client;
const send = (command) => client.send(command);

test('a thing is made, changed, listed and deleted', async () => {
  const thingName = endpoint.newThing();
  const made = await send(new CreateThingCommand({thingName}));
  assert.match(made.thingArn, new RegExp(`^arn:aws:iot:.*:thing/${thingName}$`));
  await send(new UpdateThingCommand({thingName, attributePayload: {attributes: {of: thingName}}}));
  const told = await send(new DescribeThingCommand({thingName}));
  assert.deepEqual([told.thingId, told.version, told.attributes],
                   [made.thingId, 2, {of: thingName}]);
  const found = [];
  const pages = paginateListThings({client, pageSize: 1},
                                   {attributeName: 'of', attributeValue: thingName});
  for await (const page of pages) found.push(...page.things.map((one) => one.thingName));
  assert.deepEqual(found, [thingName]);
  await send(new DeleteThingCommand({thingName}));
  await assert.rejects(send(new DescribeThingCommand({thingName})),
                       {name: 'ResourceNotFoundException'});
});

test('a device is made that connects at once, and taken away', async () => {
  const thingName = endpoint.newThing();
  const policyName = `of-${thingName}`;
  const {certificateArn, certificateId, certificatePem, keyPair} =
      await send(new CreateKeysAndCertificateCommand({setAsActive: true}));
  await send(new CreatePolicyCommand({policyName, policyDocument: DOCUMENT}));
  await send(new AttachPolicyCommand({policyName, target: certificateArn}));
  await send(new CreateThingCommand({thingName}));
  await send(new AttachThingPrincipalCommand({thingName, principal: certificateArn}));
  const {endpointAddress} = await send(
      new DescribeEndpointCommand({endpointType: 'iot:Data-ATS'}));
  assert.match(endpointAddress, /^[a-z0-9.-]+$/);
  const folder = fs.mkdtempSync(path.join(endpoint.stateDir, 'device-'));
  const files = {cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem')};
  fs.writeFileSync(files.cert, certificatePem);
  fs.writeFileSync(files.key, keyPair.PrivateKey);
  const done = spawnSync('mosquitto_pub', [
    '-h', endpoint.host, '-p', String(endpoint.ports.mqtts), '--cafile', endpoint.ca,
    '--cert', files.cert, '--key', files.key, '-i', thingName, '-t', 'hello', '-n']);
  assert.equal(done.status, 0, String(done.stderr));

  const {thingPrincipalObjects} = await send(new ListThingPrincipalsV2Command({thingName}));
  assert.deepEqual(thingPrincipalObjects, [
    {principal: certificateArn, thingPrincipalType: 'NON_EXCLUSIVE_THING'}]);
  const {targets} = await send(new ListTargetsForPolicyCommand({policyName}));
  assert.deepEqual(targets, [certificateArn]);
  await assert.rejects(send(new DeletePolicyCommand({policyName})),
                       {name: 'DeleteConflictException'});
  await assert.rejects(send(new DeleteCertificateCommand({certificateId})),
                       {name: 'CertificateStateException'});
  await send(new DetachThingPrincipalCommand({thingName, principal: certificateArn}));
  await send(new DetachPolicyCommand({policyName, target: certificateArn}));
  await send(new UpdateCertificateCommand({certificateId, newStatus: 'INACTIVE'}));
  await send(new DeleteCertificateCommand({certificateId}));
  await send(new DeletePolicyCommand({policyName}));
  await send(new DeleteThingCommand({thingName}));
  await assert.rejects(send(new DescribeCertificateCommand({certificateId})),
                       {name: 'ResourceNotFoundException'});
});

test('a policy comes back byte for byte, with dates and tags', async () => {
  const policyName = `policy-${endpoint.newThing()}`;
  const policyDocument = DOCUMENT.replace(',', ' ,\n ');
  const {policyArn} = await send(new CreatePolicyCommand({policyName, policyDocument}));
  const told = await send(new GetPolicyCommand({policyName}));
  assert.equal(told.policyDocument, policyDocument);
  assert.ok(told.creationDate instanceof Date && told.creationDate > new Date('2020-01-01'));
  const tags = [{Key: 'env', Value: 'test'}];
  await send(new TagResourceCommand({resourceArn: policyArn, tags}));
  assert.deepEqual((await send(new ListTagsForResourceCommand({resourceArn: policyArn}))).tags,
                   tags);
  await assert.rejects(send(new CreatePolicyCommand({policyName, policyDocument})),
                       {name: 'ResourceAlreadyExistsException'});
  await send(new DeletePolicyCommand({policyName}));
});

test('another secret is refused', async () => {
  const stranger = clientOf({...endpoint.newAccessKey(), secretAccessKey: 'x'.repeat(40)});
  await assert.rejects(stranger.send(new DescribeEndpointCommand({})),
                       {name: 'InvalidSignatureException'});
});

function clientOf(credentials) {
  return new IoTClient({
    endpoint: `https://localhost:${endpoint.ports.https}`,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    requestHandler: {httpsAgent: {ca: fs.readFileSync(endpoint.ca)}},
  });
}

runTests({
  setUp: async () => {
    endpoint = await Endpoint.started({https: true});
    client = clientOf(endpoint.newAccessKey());
  },
  tearDown: async () => endpoint.close(),
});
