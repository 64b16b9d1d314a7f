// A browser on the stage, and what tests do there beside looking: they publish as devices do, and
// ask shadowd as somebody who is logged in. Whatever a page complains of fails its test: what it
// logs as an error, what its policy forbids, a request that leaves the origin.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {createRequire} from 'node:module';

const require = createRequire(new URL('../../../console/package.json', import.meta.url));
const {chromium} = require('playwright-core');

export const WAIT_MS = 15_000; // a bound, not a pause
export const stage = JSON.parse(process.env.SHADOW_STAGE);
export const axeSource = require('axe-core').source;

// No name but localhost leads anywhere: the network is down. What the browser itself has against
// pages that ask local addresses is off, so that our own guards are seen. The profile is fresh.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-features=LocalNetworkAccessChecks',
    '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost',
  ],
});

// After a file's tests.
export const finish = () => browser.close();

// A window of somebody's own: cookies and storage of other contexts are not there.
export async function newContext(options = {}) {
  const context = await browser.newContext({
    viewport: {width: 1400, height: 900},
    ignoreHTTPSErrors: true,
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(WAIT_MS);
  return context;
}

// A page that is watched. `origin`: what it may speak to. Put patterns of what it may complain of
// into its `expected`, and call its done() last.
export async function watched(context, origin = stage.origin) {
  const page = await context.newPage();
  const problems = [];
  page.expected = [];
  page.requests = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.stack}`));
  page.on('request', (request) => page.requests.push(request.url()));
  page.on('websocket', (socket) => page.requests.push(socket.url().replace(/^ws/, 'http')));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  page.done = async () => {
    const outside = page.requests.filter(
      (url) => !/^(blob|data):/.test(url) && new URL(url).origin !== origin,
    );
    assert.deepEqual(outside, [], 'requests that left the origin');
    assert.deepEqual(
      problems.filter((words) => !page.expected.some((one) => one.test(words))),
      [],
    );
    await page.close();
  };
  return page;
}

const sessions = new Map();

// The session of a user, as programs have it.
export async function sessionOf(name) {
  if (!sessions.has(name)) {
    const answer = await fetch(`${stage.origin}/_shadow/v1/session`, {
      method: 'POST',
      body: JSON.stringify({name, password: stage.users[name]}),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    const cookie = answer.headers.get('set-cookie').split(';')[0];
    sessions.set(name, {cookie, ...(await answer.json())});
  }
  return sessions.get(name);
}

// A request of the user's session; gives status and body.
export async function ask(name, method, path, body) {
  const {cookie, csrf} = await sessionOf(name);
  const answer = await fetch(stage.origin + path, {
    method,
    headers: {cookie, 'x-shadow-csrf': csrf},
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return {status: answer.status, body: text === '' ? undefined : JSON.parse(text)};
}

// A context in which the user is logged in.
export async function contextOf(name, options = {}) {
  const {cookie, csrf} = await sessionOf(name);
  const context = await newContext(options);
  const [cookieName, value] = cookie.split('=');
  await context.addCookies([{name: cookieName, value, url: stage.origin}]);
  await context.addInitScript((token) => sessionStorage.setItem('shadow-csrf', token), csrf);
  return context;
}

// A page of the console, with the user logged in. `hash`: such as '#/mqtt'.
export async function visit(name, hash, options = {}) {
  const page = await watched(await contextOf(name, options));
  await page.goto(`${stage.origin}/console/${hash}`);
  await page.getByText('live', {exact: true}).waitFor({state: 'attached'});
  return page;
}

// Publishes as a program on this machine does, a message for each of `lines`.
export function publish(topic, ...lines) {
  return run('mosquitto_pub', ['-p', stage.mqtt, '-q', 1, '-t', topic, '-l'], lines);
}

// As the device, which is held to its policies. That it is refused is no failure here.
export async function publishAsLamp(topic, message) {
  const {port, ca, cert, key} = stage.lamp;
  const who = ['-h', 'localhost', '-p', port, '-i', 'lamp', '--cafile', ca];
  const what = ['--cert', cert, '--key', key, '-q', 1, '-t', topic, '-m', message];
  await run('mosquitto_pub', [...who, ...what], []).catch(() => undefined);
}

function run(program, words, lines) {
  return new Promise((resolve, reject) => {
    const running = spawn(program, words.map(String), {stdio: ['pipe', 'ignore', 'pipe']});
    let said = '';
    running.stderr.on('data', (data) => (said += data));
    running.on('error', reject);
    running.on('close', (code) => (code === 0 ? resolve() : reject(new Error(said))));
    running.stdin.on('error', () => undefined); // it has ended: its code says why
    running.stdin.end(lines.map((line) => `${line}\n`).join(''));
  });
}

// What a device does to its shadow; with `shadow`, to a named one.
export function update(thing, state, shadow = '') {
  const named = shadow === '' ? '' : `/name/${shadow}`;
  return publish(`$aws/things/${thing}/shadow${named}/update`, JSON.stringify({state}));
}

// For what sends no event.
export async function until(condition, what) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const result = await condition();
    if (result) return result;
    assert.ok(Date.now() < deadline, `did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
