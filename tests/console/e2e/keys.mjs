// Every page is reached by keys, and the keys are told.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {finish, visit} from './browser.mjs';

after(finish);

test('two keys lead to each page, and ? tells of them', async () => {
  const page = await visit('ann', '#/things');
  for (const [key, name] of [
    ['d', 'Denied'],
    ['m', 'MQTT'],
    ['f', 'Faults'],
    ['h', 'Health'],
    ['t', 'Things'],
  ]) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.getByRole('heading', {name, level: 1}).waitFor({state: 'attached'});
    assert.equal(await page.locator('[aria-current="page"]').textContent(), name);
  }
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', {name: 'Keys'});
  for (const words of ['subscribe to a filter', 'pause or go on', 'go to Health', 'show this']) {
    await help.getByText(words).waitFor();
  }
  await page.keyboard.press('Escape');
  await help.waitFor({state: 'detached'});
  await page.done();
});

test('a key that one types is no command', async () => {
  const page = await visit('ann', '#/mqtt');
  await page.getByLabel('Topic filter').fill('');
  await page.keyboard.type('g h ? p');
  assert.equal(await page.getByLabel('Topic filter').inputValue(), 'g h ? p');
  await page.getByRole('heading', {name: 'MQTT'}).waitFor();
  await page.done();
});
