// Connections of the AWS IoT Device SDK v2 for JavaScript to an endpoint, by mutual TLS.
// Both classes give connect() and awaitReturn(), which resolve to whether the broker had
// kept a session, disconnect(), and `messages`: all that arrives, also what a kept session
// delivers before anything is subscribed again.
'use strict';

const {randomUUID} = require('node:crypto');
const {iot, mqtt, mqtt5} = require('aws-iot-device-sdk-v2');

const {Inbox} = require('./inbox');

const someId = () => `client-${randomUUID().slice(0, 8)}`;

class Mqtt311 {
  messages = new Inbox();
  #resumed = new Inbox();

  constructor(endpoint, {clientId = someId(), keptSession = false, keepAliveSeconds = 30} = {}) {
    const config = iot.AwsIotMqttConnectionConfigBuilder
        .new_mtls_builder_from_path(endpoint.cert, endpoint.key)
        .with_certificate_authority_from_path(undefined, endpoint.ca)
        .with_endpoint(endpoint.host).with_port(endpoint.ports.mqtts)
        .with_client_id(clientId).with_clean_session(!keptSession)
        .with_keep_alive_seconds(keepAliveSeconds).build();
    this.protocol = new mqtt.MqttClient().new_connection(config);
    this.protocol.on('message', (topic, payload) => this.messages.put({topic, payload}));
    this.protocol.on('resume', (code, sessionPresent) => this.#resumed.put(sessionPresent));
    this.protocol.on('error', () => {});  // Without a listener a lost connection throws.
  }

  connect() {
    return this.protocol.connect();
  }

  awaitReturn() {
    return this.#resumed.take(undefined, "the connection's return");
  }

  disconnect() {
    return this.protocol.disconnect();
  }
}

class Mqtt5 {
  messages = new Inbox();
  #connected = new Inbox();
  #stopped = new Inbox();

  constructor(endpoint, {clientId = someId(), keptSession = false, keepAliveSeconds = 30} = {}) {
    const builder = iot.AwsIotMqtt5ClientConfigBuilder
        .newDirectMqttBuilderWithMtlsFromPath(endpoint.host, endpoint.cert, endpoint.key)
        .withCertificateAuthorityFromPath(undefined, endpoint.ca)
        .withPort(endpoint.ports.mqtts)
        .withConnectProperties({
          clientId, keepAliveIntervalSeconds: keepAliveSeconds,
          sessionExpiryIntervalSeconds: keptSession ? 3600 : 0,
        });
    if (keptSession) builder.withSessionBehavior(mqtt5.ClientSessionBehavior.RejoinAlways);
    this.protocol = new mqtt5.Mqtt5Client(builder.build());
    this.protocol.on('messageReceived', ({message}) => this.messages.put(
        {topic: message.topicName, payload: message.payload}));
    this.protocol.on('connectionSuccess', ({connack}) => this.#connected.put(
        connack.sessionPresent));
    this.protocol.on('stopped', this.#stopped.put);
    this.protocol.on('error', () => {});
  }

  connect() {
    this.protocol.start();
    return this.awaitReturn();
  }

  awaitReturn() {
    return this.#connected.take(undefined, 'a connection');
  }

  async disconnect() {
    this.protocol.stop();
    await this.#stopped.take(undefined, 'the end of the connection');
    this.protocol.close();
  }
}

module.exports = {Mqtt311, Mqtt5};
