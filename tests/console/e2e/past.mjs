// What a shadow was: listed, looked at, and put back.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {ask, finish, update, visit} from './browser.mjs';

const THING = 'pump';

after(finish);

before(async () => {
  await update(THING, {desired: {fw: '2.0'}, reported: {fw: '1.9'}});
  await update(THING, {desired: {fw: '2.1', blink: {ms: 500}}});
  await update(THING, {reported: {fw: '2.1'}});
  await ask('ann', 'POST', `/things/${THING}/shadow`, {state: {desired: {fw: '1.7', blink: null}}});
});

const past = (page, version) => page.getByRole('region', {name: `Version ${version}`, exact: true});
const entry = (page, words) => page.getByRole('button', {name: words, pressed: undefined});

test('each change is listed with who made it, newest first', async () => {
  const page = await visit('bob', `#/things/${THING}/history`);
  const list = page.getByRole('list', {name: 'Changes, newest first'});
  await list.getByText('@4').waitFor();
  const versions = await list.locator('button .entry-version').allTextContents();
  assert.deepEqual(versions, ['@4', '@3', '@2', '@1']);
  await entry(page, /@4.*ann, in the console/).waitFor();
  await page.done();
});

test('of a version one sees what it changed, what is different since, and the document', async () => {
  const page = await visit('bob', `#/things/${THING}/history`);
  await entry(page, /^@2/).click();
  const shown = past(page, 2);
  await shown.getByText('desired.blink').waitFor();
  await shown.getByText('"2.0" → "2.1"').waitFor();
  await shown.getByRole('tab', {name: 'Since then'}).click();
  await shown.getByText('"2.1" → "1.7"').waitFor();
  await shown.getByRole('tab', {name: 'Document'}).click();
  await shown.getByRole('region', {name: 'The document of version 2'}).getByText('500').first().waitFor();
  assert.equal(await shown.getByRole('button', {name: 'Restore'}).count(), 0, 'bob only looks');
  await page.done();
});

test('the slider goes through the versions by keyboard', async () => {
  const page = await visit('bob', `#/things/${THING}/history`);
  await past(page, 4).waitFor();
  await page.getByRole('slider', {name: 'Version'}).focus();
  await page.keyboard.press('ArrowLeft');
  await past(page, 3).waitFor();
  await page.keyboard.press('Home');
  await past(page, 1).getByText('desired.fw').waitFor();
  await page.done();
});

test('as at a time it is the version of then, or it was not there', async () => {
  const page = await visit('bob', `#/things/${THING}/history`);
  page.expected.push(/status of 404/);
  await past(page, 4).waitFor();
  await page.getByLabel('As at').fill('2040-01-01T00:00:00');
  await page.getByRole('button', {name: 'Show'}).click();
  await past(page, 4).waitFor();
  await page.getByLabel('As at').fill('2001-01-01T00:00:00');
  await page.getByRole('button', {name: 'Show'}).click();
  await page.getByRole('alert').getByText('was not there').waitFor();
  await page.done();
});

test('a version is restored after one has seen what would be sent', async () => {
  const page = await visit('ann', `#/things/${THING}/history`);
  await entry(page, /^@2/).click();
  await past(page, 2).getByRole('button', {name: 'Restore'}).click();
  const dialog = page.getByRole('dialog', {name: 'Restore version 2'});
  await dialog.getByRole('region', {name: 'What would be sent'}).getByText('500').waitFor();
  assert.equal((await ask('ann', 'GET', `/things/${THING}/shadow`)).body.version, 4);
  await dialog.getByRole('button', {name: 'Restore', exact: true}).click();
  await page.getByText('Restored as version 5.').waitFor();
  await entry(page, /^@5.*restored/).waitFor();
  const {desired, reported} = (await ask('ann', 'GET', `/things/${THING}/shadow`)).body.state;
  assert.deepEqual(desired, {fw: '2.1', blink: {ms: 500}});
  assert.deepEqual(reported, {fw: '2.1'}, 'what is reported is left to the device');
  await page.done();
});
