// Runs tests one after the other and then ends the process, whatever the SDK still holds.
//
// Not node:test: it waits for the event loop to run empty, which the SDK's native part does
// not let it do after IotShadowClientv2 was used (its own tests run under jest --forceExit).
'use strict';

const TEST_MS = 120000;

const tests = [];

// Adds a test: an async function that throws when it fails.
function test(name, body) {
  tests.push({name, body});
}

// Runs all tests between setUp and tearDown, cleanUp after each; exits with 1 if any failed.
async function runTests({setUp, cleanUp = async () => {}, tearDown}) {
  let failed = 0;
  // What rejects while nobody waits for it fails the run.
  process.on('unhandledRejection', (error) => {
    console.log('not ok - an unhandled rejection\n', error);
    failed++;
  });
  try {
    await setUp();
    for (const {name, body} of tests) {
      failed += await succeeds(name, body, cleanUp) ? 0 : 1;
    }
  } catch (error) {
    console.log('not ok - the endpoint did not start\n', error);
    failed++;
  } finally {
    await tearDown();
    console.log(`${tests.length} tests, ${failed} failed`);
    process.exit(failed > 0 || tests.length === 0 ? 1 : 0);
  }
}

async function succeeds(name, body, cleanUp) {
  try {
    try {
      await bounded(body());
    } finally {
      await bounded(cleanUp());
    }
    console.log(`ok - ${name}`);
    return true;
  } catch (error) {
    console.log(`not ok - ${name}\n`, error);
    return false;
  }
}

async function bounded(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${TEST_MS} ms`)), TEST_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

module.exports = {runTests, test};
