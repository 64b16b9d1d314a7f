// A Jest environment in which every test has a global `shadowWorld` of its own (docs/unit-tests.md):
// a real AWS IoT Device Shadow endpoint. The next one begins while a test runs.
//
//   /** @jest-environment mosquitto-shadow-jest */
'use strict';

const NodeEnvironment = require('jest-environment-node').TestEnvironment;
const { World } = require('./shadow_world');

class ShadowEnvironment extends NodeEnvironment {
  async handleTestEvent(event) {
    if (event.name === 'test_start' && !isSkipped(event.test)) {
      const begun = this.spare ?? World.begin();
      this.spare = undefined;
      this.global.shadowWorld = await begun.there;
      this.spare = World.begin();
    } else if (event.name === 'test_done' && this.global.shadowWorld !== undefined) {
      this.global.shadowWorld.end();
      this.global.shadowWorld = undefined;
    }
  }

  async teardown() {
    this.global.shadowWorld?.end();
    this.spare?.end();
    await World.allHaveEnded();
    await super.teardown();
  }
}

const isSkipped = (test) => test.mode === 'skip' || test.mode === 'todo';

module.exports = ShadowEnvironment;
