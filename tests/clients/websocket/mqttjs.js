// mqtt.js with a signer of its own, which signs anew for each connection.
// mqttjs.js 3|4|5 HOST PORT CA THING, with the credentials in the environment.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const mqtt = require('mqtt');

const [level, host, port, ca, thing] = process.argv.slice(2);

function hmac(key, text) {
  return crypto.createHmac('sha256', key).update(text).digest();
}

function sha256(text) {
  return crypto.createHash('sha256').update(text).digest('hex');
}

function sign(url) {
  const time = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
  const scope = [time.slice(0, 8), 'eu-central-1', 'iotdevicegateway', 'aws4_request'];
  const credential = encodeURIComponent([process.env.AWS_ACCESS_KEY_ID, ...scope].join('/'));
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}` +
    `&X-Amz-Date=${time}&X-Amz-SignedHeaders=host`;
  const canonical = ['GET', '/mqtt', query, `host:${new URL(url).host}`, '', 'host', sha256('')];
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical.join('\n'))];
  const key = scope.reduce(hmac, `AWS4${process.env.AWS_SECRET_ACCESS_KEY}`);
  return `${url}?${query}&X-Amz-Signature=${hmac(key, text.join('\n')).toString('hex')}`;
}

const client = mqtt.connect(`wss://${host}:${port}/mqtt`, {
  protocolVersion: Number(level), protocolId: level === '3' ? 'MQIsdp' : 'MQTT', clientId: thing,
  ca: fs.readFileSync(ca), transformWsUrl: sign, reconnectPeriod: 100,
  will: { topic: 'wills', payload: Buffer.from(thing), qos: 1, retain: false },
});
let connections = 0;
client.on('error', (error) => console.log(`failed ${error}`));
client.on('connect', async () => {
  connections += 1;
  await client.subscribeAsync(`$aws/things/${thing}/shadow/update/delta`, { qos: 1 });
  console.log(`subscribed ${connections}`);
});
client.on('message', async (_, payload) => {
  console.log(`delta ${payload}`);
  if (connections === 2) {
    await client.endAsync();
    process.exit(0);
  }
});
