// The fleet provisioning client of the AWS IoT Device SDK v2 for JavaScript, by keys and by CSR.
'use strict';

const assert = require('node:assert/strict');
const {execFileSync} = require('node:child_process');
const {randomUUID} = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const {
  CreateProvisioningClaimCommand, CreateProvisioningTemplateCommand, DescribeThingCommand,
  IoTClient,
} = require('@aws-sdk/client-iot');
const {iotidentity} = require('aws-iot-device-sdk-v2');

const {Mqtt311, Mqtt5} = require('./connections');
const {Endpoint} = require('./endpoint');
const {runTests, test} = require('./runner');

const TEMPLATE = {
  Parameters: {SerialNumber: {Type: 'String'}},
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing', Properties: {ThingName: {'Fn::Sub': 'js-${SerialNumber}'}},
    },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: {CertificateId: {Ref: 'AWS::IoT::Certificate::Id'}, Status: 'Active'},
    },
    policy: {
      Type: 'AWS::IoT::Policy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17', Statement: [{Effect: 'Allow', Action: 'iot:*', Resource: '*'}],
        },
      },
    },
  },
};

let endpoint;
let client;
const templateName = `t-${randomUUID().slice(0, 8)}`;

// The endpoint, to be come to with this certificate.
function asEndpoint(certificate, key) {
  const folder = fs.mkdtempSync(path.join(endpoint.stateDir, 'device-'));
  const files = {cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem')};
  fs.writeFileSync(files.cert, certificate);
  fs.writeFileSync(files.key, key);
  return {host: endpoint.host, ports: endpoint.ports, ca: endpoint.ca, ...files};
}

async function claim() {
  const made = await client.send(new CreateProvisioningClaimCommand({templateName}));
  return asEndpoint(made.certificatePem, made.keyPair.PrivateKey);
}

function newKeyAndCsr() {
  const folder = fs.mkdtempSync(path.join(endpoint.stateDir, 'csr-'));
  const key = path.join(folder, 'key.pem');
  const csr = execFileSync('openssl', [
    'req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=device', '-keyout', key,
  ], {stdio: ['ignore', 'pipe', 'ignore']});
  return {key: fs.readFileSync(key, 'utf8'), csr: String(csr)};
}

function identityOf(device) {
  const options = {
    maxRequestResponseSubscriptions: 4, maxStreamingSubscriptions: 2,
    operationTimeoutInSeconds: 30,
  };
  return device instanceof Mqtt5 ?
    iotidentity.IotIdentityClientv2.newFromMqtt5(device.protocol, options) :
    iotidentity.IotIdentityClientv2.newFromMqtt311(device.protocol, options);
}

for (const Connection of [Mqtt311, Mqtt5]) {
  for (const ownKey of [false, true]) {
    test(`fleet provisioning, ${Connection.name}, ${ownKey ? 'by CSR' : 'by keys'}`, async () => {
      const serial = randomUUID().slice(0, 8);
      const device = new Connection(await claim());
      await device.connect();
      const identity = identityOf(device);
      const own = ownKey ? newKeyAndCsr() : undefined;
      const made = ownKey ?
        await identity.createCertificateFromCsr({certificateSigningRequest: own.csr}) :
        await identity.createKeysAndCertificate({});
      const registered = await identity.registerThing({
        templateName, certificateOwnershipToken: made.certificateOwnershipToken,
        parameters: {SerialNumber: serial},
      });
      assert.equal(registered.thingName, `js-${serial}`);
      identity.close();
      await device.disconnect();
      const key = ownKey ? own.key : made.privateKey;
      const itself = new Connection(asEndpoint(made.certificatePem, key),
                                    {clientId: registered.thingName});
      await itself.connect();
      await itself.disconnect();
      await client.send(new DescribeThingCommand({thingName: registered.thingName}));
    });
  }
}

runTests({
  setUp: async () => {
    endpoint = await Endpoint.started({https: true});
    client = new IoTClient({
      endpoint: `https://localhost:${endpoint.ports.https}`,
      region: 'us-east-1',
      credentials: endpoint.newAccessKey(),
      maxAttempts: 1,
      requestHandler: {httpsAgent: {ca: fs.readFileSync(endpoint.ca)}},
    });
    await client.send(new CreateProvisioningTemplateCommand({
      templateName, templateBody: JSON.stringify(TEMPLATE), enabled: true,
      provisioningRoleArn: 'arn:aws:iam::000000000000:role/provisioning',
    }));
  },
  tearDown: async () => endpoint.close(),
});
