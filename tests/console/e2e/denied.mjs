// What is refused is there at once, and why.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {finish, publishAsLamp, visit} from './browser.mjs';

after(finish);

const list = (page) => page.getByRole('list', {name: 'Refusals, newest first'});

test('a refusal comes live and opens what decided, by keyboard alone', async () => {
  const page = await visit('bob', '#/denied');
  await page.getByRole('heading', {name: 'Denied'}).waitFor();
  await publishAsLamp('kitchen/oven', 'on');
  const row = list(page).getByRole('button', {name: /topic\/kitchen\/oven/});
  await row.waitFor();
  await row.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', {name: /Why lamp was refused/});
  assert.equal(await dialog.getByLabel('Resource').inputValue(), 'topic/kitchen/oven');
  assert.equal(await dialog.getByLabel('Action').inputValue(), 'iot:Publish');
  await dialog.getByText('denied', {exact: true}).waitFor();
  await dialog.getByText('lamp, statement 2').waitFor();
  await dialog.getByText('is about other resources').first().waitFor();
  await dialog.getByLabel('Resource').fill('topic/lamp/state');
  await page.keyboard.press('Enter');
  await dialog.getByText('allowed', {exact: true}).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({state: 'detached'});
  await page.done();
});
