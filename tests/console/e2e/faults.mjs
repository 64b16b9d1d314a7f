// Faults on purpose: started, seen on every page, stopped.
import assert from 'node:assert/strict';
import {after, beforeEach, test} from 'node:test';
import {ask, finish, update, visit} from './browser.mjs';

after(finish);
beforeEach(() => ask('ann', 'DELETE', '/_shadow/v1/faults'));

const banner = (page) => page.getByRole('region', {name: 'Faults on purpose'});
const inForce = async () =>
  (await ask('ann', 'GET', '/_shadow/v1/faults')).body.plans.map(({name}) => name);

test('a ready plan is started for some things, by keyboard, and every page says so', async () => {
  const page = await visit('ann', '#/things');
  const other = await visit('bob', '#/mqtt');
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await page.getByRole('radio', {name: /lost-deltas/}).focus();
  await page.keyboard.press('Space');
  await page.getByLabel('Things, with * and ?').focus();
  await page.keyboard.type('robot-*');
  await page.keyboard.press('Tab');
  await page.keyboard.type('10m');
  await page.keyboard.press('Enter');
  const plan = page.getByRole('article', {name: 'lost-deltas'});
  await plan.waitFor();
  await banner(other).getByText('lost-deltas').waitFor();
  assert.equal(await banner(other).getByRole('button').count(), 0, 'a viewer stops nothing');
  await update('robot-1', {desired: {x: 1}, reported: {x: 0}});
  await update('lamp', {desired: {x: 1}, reported: {x: 0}});
  await plan.getByText('1 hit', {exact: true}).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await banner(page).getByText('lost-deltas').waitFor();
  await banner(page).getByRole('button', {name: 'Stop all'}).focus();
  await page.keyboard.press('Enter');
  await banner(page).waitFor({state: 'detached'});
  await banner(other).waitFor({state: 'detached'});
  assert.deepEqual(await inForce(), []);
  await page.done();
  await other.done();
});

test('a plan of one’s own is pasted; what is wrong with it is told', async () => {
  const page = await visit('ann', '#/faults');
  page.expected.push(/status of 400/);
  await page.getByRole('radio', {name: /one of your own/}).check();
  await page.getByLabel('The plan').fill('{"name":"mine","for":"1m"}');
  await page.getByRole('button', {name: 'Start', exact: true}).click();
  await page.getByRole('alert').getByText('rules').waitFor();
  await page.getByLabel('The plan').fill('{"name":"mine","for":"1m","rules":[{"id":"a","on":"answer","do":"bite"}]}');
  await page.getByRole('button', {name: 'Start', exact: true}).click();
  await page.getByRole('alert').getByText('bite').waitFor();
  await page.getByLabel('The plan').fill('{"name":"mine","for":"1m","rules":[{"id":"a","on":"answer","do":"drop"}]}');
  await page.getByRole('button', {name: 'Start', exact: true}).click();
  await page.getByRole('article', {name: 'mine'}).waitFor();
  await page.getByRole('button', {name: 'Stop mine'}).click();
  await page.getByText('No plan is in force.').waitFor();
  assert.deepEqual(await inForce(), []);
  await page.done();
});
