// The MQTT page: what comes is shown or told to be lost, and what one publishes arrives.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, test} from 'node:test';
import {finish, publish, publishAsLamp, until, visit} from './browser.mjs';

after(finish);

const number = (text) => Number(text.replaceAll(',', ''));
const chip = (page, filter) =>
  page.getByRole('list', {name: 'Filters'}).getByRole('listitem').filter({hasText: filter});
const messages = (page) => page.getByRole('list', {name: 'Messages, newest first'});

async function subscribe(page, filter) {
  await page.getByLabel('Topic filter').fill(filter);
  await page.keyboard.press('Enter');
  await chip(page, filter).waitFor();
}

// What came by a filter, and what the server left out.
async function counts(page, filter) {
  const words = await chip(page, filter).textContent();
  const came = number(/QoS \d · ([\d,]+)/.exec(words)[1]);
  const lost = number(/lost: ([\d,]+)/.exec(words)?.[1] ?? '0');
  return {came, lost};
}

// A filter is in force when what is published after it comes.
async function awaitSubscribed(page, filter, topic) {
  await until(async () => {
    await publish(topic, 'knock');
    return (await counts(page, filter)).came > 0;
  }, `a message by ${filter}`);
  await until(async () => {
    const before = (await counts(page, filter)).came;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return (await counts(page, filter)).came === before;
  }, 'quiet');
  await page.keyboard.press('Escape');
  await page.getByRole('button', {name: 'Clear'}).click();
}

test('all that is published is shown or counted as lost, and the page stays quick', async () => {
  const page = await visit('bob', '#/mqtt');
  await subscribe(page, 'burst/#');
  await awaitSubscribed(page, 'burst/#', 'burst/knock');
  const sent = 6000;
  const lines = Array.from({length: sent}, (_, i) => `{"number":${i}}`);
  const publishing = publish('burst/all', ...lines);
  const clicks = [];
  const view = page.getByRole('tablist', {name: 'As'});
  for (const words of ['Tree', 'List', 'Tree', 'List']) {
    clicks.push(
      await view.getByRole('tab', {name: words}).evaluate(async (tab) => {
        const begun = performance.now();
        tab.click();
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return performance.now() - begun;
      }),
    );
  }
  await publishing;
  await until(async () => {
    const {came, lost} = await counts(page, 'burst/#');
    assert.ok(came + lost <= sent, `${came} and ${lost} of ${sent}`);
    return came + lost === sent;
  }, 'shown + lost = published');
  const {lost} = await counts(page, 'burst/#');
  assert.ok(lost > 0, 'more than 500 a second is more than a page is given');
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  assert.ok(elements < 2000, `${elements} elements`);
  // Others are at work on the machine: 100 ms is held by bench/console, here that nothing freezes.
  assert.ok(Math.max(...clicks) < 1000, `clicks took ${clicks.map(Math.round)} ms`);
  await page.done();
});

test('a message is shown as JSON, in hexadecimal, and as what has changed since the last', async () => {
  const page = await visit('bob', '#/mqtt');
  await subscribe(page, 'room/#');
  await awaitSubscribed(page, 'room/#', 'room/knock');
  await publish('room/lamp', '{"power":"off","level":12345678901234567890}');
  await publish('room/lamp', '{"power":"on","level":12345678901234567890}');
  const latest = messages(page).getByRole('button').first();
  await latest.filter({hasText: '"on"'}).click();
  const details = page.getByRole('region', {name: 'Message', exact: true});
  await details.getByText('12345678901234567890').waitFor();
  await details.getByRole('tab', {name: 'Hex'}).click();
  await details.getByText('7b 22 70 6f 77 65 72 22').waitFor();
  await details.getByRole('tab', {name: 'Changes'}).click();
  await details.getByText('-   "power": "off",').waitFor();
  await details.getByText('+   "power": "on",').waitFor();
  await page.done();
});

test('by keyboard: subscribe, choose, pause, search, clear', async () => {
  const page = await visit('bob', '#/health');
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await page.getByRole('heading', {name: 'MQTT'}).waitFor();
  await page.keyboard.press('f');
  await page.keyboard.type('keys/#');
  await page.keyboard.press('Enter');
  await awaitSubscribed(page, 'keys/#', 'keys/knock');
  await publish('keys/a', 'first', 'second');
  await messages(page).getByText('second').waitFor();
  await messages(page).getByRole('button').first().focus();
  await page.keyboard.press('ArrowDown');
  await until(
    () => page.evaluate(() => /first$/.test(document.activeElement?.closest('button')?.textContent)),
    'the focus one message below',
  );
  await page.keyboard.press('Enter');
  await page.getByRole('region', {name: 'Payload'}).getByText('first').waitFor();
  await page.keyboard.press('p');
  await publish('keys/a', 'third');
  await page.getByText('paused · 1 since').waitFor();
  assert.equal(await messages(page).getByText('third').count(), 0);
  await page.keyboard.press('p');
  await messages(page).getByText('third').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('SECOND');
  await page.getByText('1 found').waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Tab');
  await page.keyboard.type('keys/+/no');
  await page.getByText('0 found').waitFor();
  await page.done();
});

test('stop unsubscribes, and start does again', async () => {
  const page = await visit('bob', '#/mqtt');
  await subscribe(page, 'stop/#');
  await awaitSubscribed(page, 'stop/#', 'stop/knock');
  await page.getByRole('button', {name: 'Stop', exact: true}).click();
  await chip(page, 'stop/#').getByText('stopped').waitFor();
  await subscribe(page, 'other/#');
  await until(async () => {
    await publish('stop/a', 'unheard');
    await publish('other/a', 'heard');
    return (await counts(page, 'other/#')).came > 0;
  }, 'a message by another filter');
  assert.equal((await counts(page, 'stop/#')).came, 0);
  await page.getByRole('button', {name: 'Unsubscribe from 2: other/#'}).click();
  await page.getByRole('button', {name: 'Start', exact: true}).click();
  await until(async () => {
    await publish('stop/a', 'again');
    return (await counts(page, 'stop/#')).came > 0;
  }, 'a message after the start');
  await page.done();
});

test('the tree has the topics, and opens by keyboard', async () => {
  const page = await visit('bob', '#/mqtt');
  await subscribe(page, 'house/#');
  await awaitSubscribed(page, 'house/#', 'house/knock');
  await publish('house/kitchen/lamp', '{"power":"on"}');
  await page.getByRole('tab', {name: 'Tree'}).click();
  const tree = page.getByRole('tree', {name: 'Topics'});
  await tree.getByRole('treeitem', {name: /house/}).focus();
  await page.keyboard.press('ArrowRight');
  await tree.getByRole('treeitem', {name: /kitchen/}).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', {name: 'house/kitchen/lamp'}).waitFor();
  await page.done();
});

test('an admin publishes, with the help for shadows, and keeps what he has written', async () => {
  const page = await visit('ann', '#/mqtt');
  await page.getByRole('tab', {name: 'Publish'}).click();
  await page.getByLabel('Thing').fill('bulb');
  await page.getByRole('button', {name: 'Subscribe to it'}).click();
  await chip(page, '$aws/things/bulb/shadow/#').waitFor();
  await page.getByRole('button', {name: 'Fill in'}).click();
  const form = page.getByRole('form', {name: 'Publish'});
  assert.equal(await form.getByLabel('Topic').inputValue(), '$aws/things/bulb/shadow/update');
  await until(async () => {
    await form.getByRole('button', {name: 'Publish'}).click();
    return (await counts(page, '$aws/things/bulb/shadow/#')).came >= 2;
  }, 'the answer of the shadow');
  await page.getByText('Published to $aws/things/bulb/shadow/update').first().waitFor();
  await page.getByRole('form', {name: 'Keep this publish'}).getByLabel('Name').fill('bulb on');
  await page.keyboard.press('Enter');
  await page.reload();
  await page.getByRole('tab', {name: 'Publish'}).click();
  await page.getByRole('button', {name: /bulb on/}).first().click();
  assert.match(await form.getByLabel('Payload').inputValue(), /power/);
  await form.getByLabel('Topic').fill('a/#');
  await form.getByRole('button', {name: 'Publish'}).click();
  await page.getByText('A topic to publish to has no + and no #').waitFor();
  await page.done();
});

test('what is shown is exported, a line a message', async () => {
  const page = await visit('bob', '#/mqtt');
  await subscribe(page, 'file/#');
  await awaitSubscribed(page, 'file/#', 'file/knock');
  await publish('file/a', '{"n":1}', 'two');
  await messages(page).getByText('two').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', {name: 'Export'}).click(),
  ]);
  assert.match(download.suggestedFilename(), /^mqtt-.*\.ndjson$/);
  const lines = readFileSync(await download.path(), 'utf8').trimEnd().split('\n').map(JSON.parse);
  assert.deepEqual(
    lines.map(({topic, payload, qos, size}) => ({topic, payload, qos, size})),
    [
      {topic: 'file/a', payload: '{"n":1}', qos: 0, size: 7},
      {topic: 'file/a', payload: 'two', qos: 0, size: 3},
    ],
  );
  await page.done();
});

test('a filter that is none is said to be, and one that is there is not added again', async () => {
  const page = await visit('bob', '#/mqtt');
  for (const [filter, words] of [
    ['a/#/b', '# stands alone, and last'],
    ['a+', '+ stands alone between slashes'],
    ['$share/g/a', 'would take messages'],
  ]) {
    await page.getByLabel('Topic filter').fill(filter);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText(words).waitFor();
  }
  await subscribe(page, 'once/#');
  await page.getByLabel('Topic filter').fill('once/#');
  await page.keyboard.press('Enter');
  await page.getByText('once/# is there already').waitFor();
  await page.done();
});

test('a device that is held to its policies is heard as well', async () => {
  const page = await visit('bob', '#/mqtt');
  await subscribe(page, 'lamp/#');
  await awaitSubscribed(page, 'lamp/#', 'lamp/knock');
  await publishAsLamp('lamp/state', 'from the device');
  await messages(page).getByText('from the device').waitFor();
  await page.done();
});
