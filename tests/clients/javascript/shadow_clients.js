// The SDK's two shadow clients behind one face, so that one list of tests drives both.
// Both give get(), update() and remove(), which resolve to the SDK's response or reject
// with a Refused, and two inboxes, `deltas` and `documents`, which hold the SDK's events.
// `name` is a named shadow's name, undefined for the classic shadow.
'use strict';

const {randomUUID} = require('node:crypto');
const {iotshadow, mqtt} = require('aws-iot-device-sdk-v2');
const {once} = require('node:events');

const {Inbox, WAIT_MS} = require('./inbox');

const QOS = mqtt.QoS.AtLeastOnce;

// The service's rejected message.
class Refused extends Error {
  constructor({code, message, clientToken}) {
    super(message);
    Object.assign(this, {code, clientToken});
  }
}

// What both clients share: the SDK's names for the classic and for named shadows.
class Shadow {
  deltas = new Inbox();
  documents = new Inbox();

  constructor(thing, name) {
    this.target = name ? {thingName: thing, shadowName: name} : {thingName: thing};
    this.infix = name ? 'NamedShadow' : 'Shadow';
  }

  get() {
    return this.request('Get', {});
  }

  update(state, version) {
    return this.request('Update', version === undefined ? {state} : {state, version});
  }

  remove() {
    return this.request('Delete', {});
  }
}

// IotShadowClient: the caller subscribes, publishes and matches the answers itself.
class ClassicClientShadow extends Shadow {
  #waiting = new Map();

  async open(connection) {
    this.client = 'start' in connection.protocol ?
        iotshadow.IotShadowClient.newFromMqtt5Client(connection.protocol) :
        new iotshadow.IotShadowClient(connection.protocol);
    for (const verb of ['Get', 'Update', 'Delete']) {
      await this.#subscribe(`${verb}${this.infix}Accepted`, this.#onAccepted);
      await this.#subscribe(`${verb}${this.infix}Rejected`, this.#onRejected);
    }
    await this.#subscribe(`${this.infix}DeltaUpdatedEvents`, this.deltas.put);
    await this.#subscribe(`${this.infix}UpdatedEvents`, this.documents.put);
  }

  close() {}  // The subscriptions end with the connection.

  async request(verb, members) {
    const clientToken = randomUUID();
    const answer = new Promise((resolve, reject) => {
      const timer = setTimeout(
          () => reject(new Error(`${verb} was not answered`)), WAIT_MS);
      this.#waiting.set(clientToken, {resolve, reject, timer});
    });
    const published = this.client[`publish${verb}${this.infix}`](
        {...this.target, ...members, clientToken}, QOS);
    return (await Promise.all([answer, published]))[0];
  }

  #subscribe(what, handler) {
    return this.client[`subscribeTo${what}`](this.target, QOS, (error, message) => {
      if (error) throw error;
      handler(message);
    });
  }

  // Answers go to everybody who subscribes (rule F14): foreign tokens are not ours.
  #take(clientToken) {
    const waiter = this.#waiting.get(clientToken);
    this.#waiting.delete(clientToken);
    if (waiter) clearTimeout(waiter.timer);
    return waiter;
  }

  #onAccepted = (response) => this.#take(response.clientToken)?.resolve(response);
  #onRejected = (error) => this.#take(error.clientToken)?.reject(new Refused(error));
}

// IotShadowClientV2: the SDK subscribes and matches; events come in two streams.
class V2ClientShadow extends Shadow {
  #streams = [];

  async open(connection) {
    const make = 'start' in connection.protocol ? 'newFromMqtt5' : 'newFromMqtt311';
    this.client = iotshadow.IotShadowClientv2[make](connection.protocol, {
      maxRequestResponseSubscriptions: 6, maxStreamingSubscriptions: 2,
      operationTimeoutInSeconds: WAIT_MS / 1000,
    });
    await this.#stream('DeltaUpdated', this.deltas);
    await this.#stream('Updated', this.documents);
  }

  close() {
    for (const stream of this.#streams) stream.close();
    this.client.close();
  }

  async request(verb, members) {
    try {
      return await this.client[`${verb.toLowerCase()}${this.infix}`](
          {...this.target, ...members});
    } catch (error) {
      throw error.modeledError ? new Refused(error.modeledError) : error;
    }
  }

  async #stream(event, inbox) {
    const stream = this.client[`create${this.infix}${event}Stream`](this.target);
    this.#streams.push(stream);
    stream.on('incomingPublish', ({message}) => inbox.put(message));
    const subscribed = once(stream, 'subscriptionStatus');
    stream.open();
    const [{error}] = await subscribed;
    if (error) throw error;
  }
}

module.exports = {ClassicClientShadow, Refused, V2ClientShadow};
