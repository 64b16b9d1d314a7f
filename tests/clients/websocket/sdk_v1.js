// The first AWS IoT Device SDK for JavaScript, with the protocol wss.
// sdk_v1.js HOST PORT CA THING, with the credentials in the environment.
'use strict';

const fs = require('fs');
const awsIot = require('aws-iot-device-sdk');

const [host, port, ca, thing] = process.argv.slice(2);
const device = awsIot.device({
  protocol: 'wss', host, port: Number(port), region: 'eu-central-1', clientId: thing,
  websocketOptions: { ca: fs.readFileSync(ca) },
  accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretKey: process.env.AWS_SECRET_ACCESS_KEY,
});
device.on('error', (error) => console.log(`failed ${error}`));
device.on('connect', () => {
  device.subscribe(`$aws/things/${thing}/shadow/update/delta`, { qos: 1 },
    () => console.log('subscribed'));
});
device.on('message', (_, payload) => {
  console.log(`delta ${payload}`);
  device.end(false, () => process.exit(0));
});
