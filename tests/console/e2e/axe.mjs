// No page has what axe finds wrong, in both themes and at three widths.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {axeSource, ask, finish, publish, publishAsLamp, until, update, visit} from './browser.mjs';

const WIDTHS = [360, 800, 1400];
const THEMES = ['light', 'dark'];

after(finish);

before(async () => {
  await update('lamp', {desired: {power: 'on', list: [1, 2]}, reported: {power: 'off'}});
  await update('lamp', {desired: {brightness: 7}}, 'night');
  await publishAsLamp('kitchen/oven', 'on');
  const plan = {
    name: 'looked-at',
    for: '10m',
    rules: [{id: 'late', on: 'answer', where: {thing: 'nobody'}, do: 'delay', ms: 100}],
  };
  await ask('ann', 'DELETE', '/_shadow/v1/faults');
  assert.equal((await ask('ann', 'POST', '/_shadow/v1/faults', plan)).status, 200);
});

after(() => ask('ann', 'DELETE', '/_shadow/v1/faults'));

async function traffic(page) {
  await page.getByLabel('Topic filter').fill('axe/#');
  await page.keyboard.press('Enter');
  const row = page.getByRole('list', {name: 'Messages, newest first'}).getByRole('button').first();
  await until(async () => {
    await publish('axe/a/b', '{"power":"on"}');
    return (await row.count()) > 0;
  }, 'a message');
  await row.click();
  await page.getByRole('region', {name: 'Payload'}).waitFor();
}

const PAGES = [
  {at: '#/things', shows: (page) => page.getByRole('link', {name: 'lamp', exact: true}).waitFor()},
  {at: '#/things?q=nothing-is-called-this', shows: (page) => page.getByText('No thing').waitFor()},
  {at: '#/things/lamp', shows: (page) => page.getByRole('grid').waitFor()},
  {at: '#/things/lamp?view=json', shows: (page) => page.locator('.json').waitFor()},
  {at: '#/things/lamp?edit=1', shows: (page) => page.locator('.cm-content').waitFor()},
  {at: '#/things/lamp/history', shows: (page) => page.getByRole('tabpanel').first().waitFor()},
  {at: '#/things/lamp/trace', shows: (page) => page.getByRole('tabpanel').first().waitFor()},
  {at: '#/things/lamp/policies', shows: (page) => page.getByLabel('Resource').waitFor()},
  {at: '#/things/lamp/topics', shows: (page) => page.getByText('update/delta').first().waitFor()},
  {
    at: '#/denied',
    shows: async (page) => {
      await page.getByRole('button', {name: /kitchen\/oven/}).click();
      await page.getByRole('dialog').getByText('denied', {exact: true}).waitFor();
    },
  },
  {at: '#/mqtt', shows: traffic},
  {at: '#/faults', shows: (page) => page.getByRole('article', {name: 'looked-at'}).waitFor()},
  {at: '#/health', shows: (page) => page.locator('canvas').first().waitFor()},
];

async function violations(page) {
  const found = await page.evaluate(() => globalThis.axe.run(document));
  return found.violations.map(({id, nodes}) => `${id}: ${nodes.map(({html}) => html).join('\n  ')}`);
}

for (const {at, shows} of PAGES) {
  test(`${at} has no violations`, async () => {
    const page = await visit('ann', at, {viewport: {width: WIDTHS[0], height: 800}});
    await shows(page);
    await page.evaluate(axeSource);
    for (const width of WIDTHS) {
      await page.setViewportSize({width, height: 800});
      for (const colorScheme of THEMES) {
        await page.emulateMedia({colorScheme});
        assert.deepEqual(await violations(page), [], `${width} px, ${colorScheme}`);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${width} px: ${over} px too wide`);
      }
    }
    await page.done();
  });
}

test('the login and the keys have no violations', async () => {
  const page = await visit('ann', '#/mqtt', {viewport: {width: WIDTHS[0], height: 800}});
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.evaluate(axeSource);
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await page.evaluate(() => new BroadcastChannel('shadow-console').postMessage({over: true}));
  await page.getByLabel('Password', {exact: true}).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.done();
});
