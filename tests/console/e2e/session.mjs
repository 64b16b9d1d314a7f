// Who gets in, and what is left of the way in.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {ask, finish, newContext, sessionOf, stage, until, visit, watched} from './browser.mjs';

after(finish);

const console_ = `${stage.origin}/console/`;

test('a name and a password let in, by keyboard alone, and a wrong one is said to be', async () => {
  const page = await watched(await newContext());
  page.expected.push(/status of 401/); // the browser's own word for a wrong password
  await page.goto(console_);
  await page.getByLabel('Name').focus();
  await page.keyboard.type('ann');
  await page.keyboard.press('Tab');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('That name and password are not right.').waitFor();
  await page.getByLabel('Password', {exact: true}).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(stage.users.ann);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', {name: 'Pages'}).waitFor();
  await page.reload();
  await page.getByRole('navigation', {name: 'Pages'}).waitFor();
  await page.getByRole('button', {name: 'Log out'}).click();
  await page.getByLabel('Password', {exact: true}).waitFor();
  await page.done();
});

test('a token lets in once it is read, and is nowhere afterwards', async () => {
  const page = await watched(await newContext());
  await page.goto(`${console_}#token=${stage.token}`);
  await page.getByRole('navigation', {name: 'Pages'}).waitFor();
  assert.ok(!page.url().includes(stage.token), page.url());
  assert.ok(page.requests.every((url) => !url.split('#')[0].includes(stage.token)));
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  assert.ok(!kept.includes(stage.token));
  await page.goBack().catch(() => undefined);
  assert.ok(!page.url().includes(stage.token), page.url());
  await page.done();
});

test('a token that is not the one of this start lets nobody in', async () => {
  const page = await watched(await newContext());
  page.expected.push(/status of 401/);
  await page.goto(`${console_}#token=${'0'.repeat(64)}`);
  await page.getByText('of an earlier start of shadowd').waitFor();
  await page.done();
});

test('a new tab is logged in by another one of the same browser', async () => {
  const context = await newContext();
  const first = await watched(context);
  await first.goto(`${console_}#token=${stage.token}`);
  await first.getByRole('navigation', {name: 'Pages'}).waitFor();
  const second = await watched(context);
  await second.goto(console_);
  await second.getByRole('navigation', {name: 'Pages'}).waitFor();
  await second.getByRole('button', {name: 'Log out'}).click();
  await first.getByLabel('Password', {exact: true}).waitFor();
  await second.done();
  await first.done();
});

test('over TLS the cookie is bound to the host, and no script can read it', async () => {
  const context = await newContext();
  const page = await watched(context, stage.secure);
  await page.goto(`${stage.secure}/console/#token=${stage.token}`);
  await page.getByText('live', {exact: true}).waitFor();
  const [cookie] = await context.cookies(stage.secure);
  const {name, httpOnly, secure, sameSite, path} = cookie;
  assert.deepEqual(
    {name, httpOnly, secure, sameSite, path},
    {name: '__Host-shadow', httpOnly: true, secure: true, sameSite: 'Strict', path: '/'},
  );
  assert.equal(await page.evaluate(() => document.cookie), '');
  await page.done();
});

test('a page from elsewhere gets nothing, though the browser has the cookie', async () => {
  const context = await newContext();
  const page = await watched(context);
  await page.goto(`${console_}#token=${stage.token}`);
  await page.getByRole('navigation', {name: 'Pages'}).waitFor();
  const stranger = await context.newPage();
  await stranger.goto('data:text/html,<title>a page from elsewhere</title>');
  const tried = await stranger.evaluate(async (origin) => {
    const fetched = await fetch(`${origin}/_shadow/v1/session`, {credentials: 'include'}).then(
      ({status}) => status,
      () => 'failed',
    );
    const posted = await fetch(`${origin}/things/untouched/shadow`, {
      method: 'POST',
      mode: 'no-cors',
      credentials: 'include',
      body: '{"state":{"desired":{"by":"a page"}}}',
    }).then(
      ({type}) => type,
      () => 'failed',
    );
    const socket = await new Promise((resolve) => {
      const live = new WebSocket(`${origin.replace('http', 'ws')}/_shadow/v1/live`);
      live.onopen = () => resolve('open');
      live.onerror = () => resolve('failed');
    });
    return {fetched, posted, socket};
  }, stage.origin);
  assert.equal(tried.fetched, 'failed');
  assert.equal(tried.socket, 'failed');
  assert.equal((await ask('ann', 'GET', '/things/untouched/shadow')).status, 404, tried.posted);
  await page.done();
});

test('a viewer sees, and neither finds nor may do what changes something', async () => {
  await ask('ann', 'POST', '/things/seen/shadow', {state: {desired: {power: 'on'}}});
  const page = await visit('bob', '#/things/seen');
  await page.getByRole('grid', {name: 'Desired and reported'}).waitFor();
  for (const words of ['Edit', 'Delete']) {
    assert.equal(await page.getByRole('button', {name: words}).count(), 0, words);
  }
  await page.keyboard.press('e');
  assert.equal(await page.locator('.cm-content').count(), 0);
  await page.goto(`${console_}#/things/seen?edit=1`);
  await page.getByRole('grid', {name: 'Desired and reported'}).waitFor();
  assert.equal(await page.locator('.cm-content').count(), 0);
  await page.goto(`${console_}#/mqtt`);
  await page.getByRole('button', {name: 'Subscribe'}).waitFor();
  assert.equal(await page.getByRole('tab', {name: 'Publish'}).count(), 0);
  await page.goto(`${console_}#/faults`);
  await page.getByText('started and stopped by an admin').waitFor();
  assert.equal(await page.getByRole('button', {name: 'Start', exact: true}).count(), 0);
  await page.done();

  const plan = {name: 'x', for: '1m', rules: [{id: 'a', on: 'answer', do: 'drop'}]};
  for (const [method, path, body] of [
    ['POST', '/things/seen/shadow', {state: {desired: {power: 'off'}}}],
    ['DELETE', '/things/seen/shadow'],
    ['POST', '/topics/a', {}],
    ['DELETE', '/connections/lamp'],
    ['POST', '/_shadow/v1/faults', plan],
    ['DELETE', '/_shadow/v1/faults'],
    ['POST', '/_shadow/v1/reset'],
    ['POST', '/_shadow/v1/things/seen/restore', {version: 1}],
  ]) {
    assert.equal((await ask('bob', method, path, body)).status, 403, `${method} ${path}`);
  }
  assert.equal((await ask('bob', 'GET', '/things/seen/shadow')).body.version, 1);
});

test('when the session ends elsewhere the page says so, and asks who one is', async () => {
  const context = await newContext();
  const page = await watched(context);
  page.expected.push(/status of 401/);
  await page.goto(`${console_}#token=${stage.token}`);
  await page.getByText('live', {exact: true}).waitFor();
  const csrf = await page.evaluate(() => sessionStorage.getItem('shadow-csrf'));
  const [cookie] = await context.cookies(stage.origin);
  const ended = await fetch(`${stage.origin}/_shadow/v1/session`, {
    method: 'DELETE',
    headers: {cookie: `${cookie.name}=${cookie.value}`, 'x-shadow-csrf': csrf},
  });
  assert.ok(ended.ok);
  await page.getByText('Your session is over').waitFor();
  await page.done();
});

test('too many wrong passwords have to wait, and the page says how long', async () => {
  const page = await watched(await newContext());
  page.expected.push(/status of (401|429)/);
  await page.goto(console_);
  await page.getByLabel('Name').fill('nobody');
  await until(async () => {
    await page.getByLabel('Password', {exact: true}).fill('wrong');
    await page.getByRole('button', {name: 'Log in'}).click();
    await page.getByRole('button', {name: 'Log in', disabled: false}).waitFor();
    return /Try again in \d+ s/.test(await page.getByRole('status').textContent());
  }, 'the wait');
  await page.done();
  assert.ok(await sessionOf('ann'), 'who is logged in stays so');
});
