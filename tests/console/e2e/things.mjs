// Things in rows: live, searched, many.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {ask, finish, until, update, visit} from './browser.mjs';

const MANY = 1500;
const NODES_MAX = 2000;

after(finish);

before(async () => {
  const names = Array.from({length: MANY}, (_, i) => `fleet-${String(i).padStart(5, '0')}`);
  const workers = Array.from({length: 8}, async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const body = {state: {reported: {number: Number(name.slice(-5))}}};
      assert.equal((await ask('ann', 'POST', `/things/${name}/shadow`, body)).status, 200);
    }
  });
  await Promise.all(workers);
});

const nodes = (page) => page.evaluate(() => document.querySelectorAll('*').length);
const rows = (page) => page.getByRole('table', {name: 'Things'}).getByRole('row');

test('with many things few elements are in the page, however one scrolls', async () => {
  const page = await visit('bob', '#/things');
  await page.getByRole('link', {name: 'fleet-00000'}).waitFor();
  const list = page.locator('.things-list');
  for (const part of [0.1, 0.5, 0.9, 1, 0.3]) {
    await list.evaluate((box, where) => (box.scrollTop = where * box.scrollHeight), part);
    await until(
      async () => (await page.getByRole('link', {name: /^fleet-/}).count()) > 10,
      'rows where one has scrolled to',
    );
    assert.ok((await nodes(page)) <= NODES_MAX, `${await nodes(page)} elements`);
  }
  await page.done();
});

test('a search shows what matches, keeps to the address, and is left with Escape', async () => {
  await update('fleet-00007', {desired: {number: 8}});
  const page = await visit('bob', '#/things');
  await page.keyboard.press('/');
  await page.keyboard.type('fleet-0000* hasDelta:true');
  await page.locator('.things-counts', {hasText: /^1 thing /}).waitFor();
  await page.getByRole('link', {name: 'fleet-00007'}).waitFor();
  assert.match(page.url(), /hasDelta/);
  await page.reload();
  await page.locator('.things-counts', {hasText: /^1 thing /}).waitFor();
  await page.getByLabel('Search things').press('Escape');
  await page.getByRole('link', {name: 'fleet-00000'}).waitFor();
  await page.done();
});

test('a row changes in its place when its thing does', async () => {
  const page = await visit('bob', '#/things?q=fleet-0002*');
  const row = page.getByRole('row', {name: /fleet-00021/});
  await row.waitFor();
  const before = await rows(page).allTextContents();
  await update('fleet-00021', {desired: {number: -1}});
  await row.getByText('≠ 1').waitFor();
  const after_ = await rows(page).allTextContents();
  assert.equal(after_.length, before.length);
  assert.equal(
    after_.findIndex((one) => one.includes('fleet-00021')),
    before.findIndex((one) => one.includes('fleet-00021')),
  );
  await page.done();
});

test('by keyboard: from the search to a thing, and back', async () => {
  const page = await visit('bob', '#/health');
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.getByRole('link', {name: 'fleet-00000'}).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('fleet-0001');
  await page.getByRole('link', {name: 'fleet-00000'}).waitFor({state: 'detached'});
  await page.getByRole('link', {name: 'fleet-00010'}).waitFor();
  await page.keyboard.press('ArrowDown');
  await until(
    () => page.evaluate(() => Boolean(document.activeElement?.closest('.things-list'))),
    'the focus in the list',
  );
  await page.getByRole('link', {name: 'fleet-00010'}).focus();
  await page.keyboard.press('ArrowDown');
  await until(
    () => page.evaluate(() => document.activeElement?.textContent === 'fleet-00011'),
    'the focus one row below',
  );
  await page.keyboard.press('Enter');
  await page.getByRole('heading', {name: 'fleet-00011'}).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('table', {name: 'Things'}).waitFor();
  await page.done();
});
