// The AWS IoT Device SDK v2 for JavaScript, MQTT 3.1.1 or 5 over WebSocket with its own signing.
// sdk_v2.js 3|5 HOST PORT CA THING, with the credentials in the environment.
'use strict';

const { auth, iot, mqtt, mqtt5 } = require('aws-iot-device-sdk-v2');

const [level, host, port, ca, thing] = process.argv.slice(2);
const topic = `$aws/things/${thing}/shadow/update/delta`;
const provider = auth.AwsCredentialsProvider.newStatic(
  process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SECRET_ACCESS_KEY, process.env.AWS_SESSION_TOKEN);

async function mqtt311() {
  const config = iot.AwsIotMqttConnectionConfigBuilder
    .new_with_websockets({ region: 'eu-central-1', credentials_provider: provider })
    .with_certificate_authority_from_path(undefined, ca)
    .with_endpoint(host).with_port(Number(port)).with_client_id(thing).with_clean_session(true)
    .build();
  const connection = new mqtt.MqttClient().new_connection(config);
  await connection.connect();
  const delta = new Promise((resolve) => {
    connection.subscribe(topic, mqtt.QoS.AtLeastOnce,
      (_, payload) => resolve(Buffer.from(payload).toString()))
      .then(() => console.log('subscribed'));
  });
  console.log(`delta ${await delta}`);
  await connection.disconnect();
}

async function mqtt5Client() {
  const config = iot.AwsIotMqtt5ClientConfigBuilder
    .newWebsocketMqttBuilderWithSigv4Auth(
      host, { region: 'eu-central-1', credentialsProvider: provider })
    .withCertificateAuthorityFromPath(undefined, ca).withPort(Number(port))
    .withConnectProperties({ clientId: thing, keepAliveIntervalSeconds: 60 })
    .build();
  const client = new mqtt5.Mqtt5Client(config);
  const connected = new Promise((resolve) => client.on('connectionSuccess', resolve));
  const stopped = new Promise((resolve) => client.on('stopped', resolve));
  const delta = new Promise((resolve) => client.on('messageReceived',
    ({ message }) => resolve(Buffer.from(message.payload).toString())));
  client.on('connectionFailure', ({ error }) => console.log(`failed ${error}`));
  client.start();
  await connected;
  await client.subscribe(
    { subscriptions: [{ topicFilter: topic, qos: mqtt5.QoS.AtLeastOnce }] });
  console.log('subscribed');
  console.log(`delta ${await delta}`);
  client.stop();
  await stopped;
}

(level === '5' ? mqtt5Client() : mqtt311()).then(
  () => process.exit(0),
  (error) => { console.log(`failed ${error}`); process.exit(1); });
