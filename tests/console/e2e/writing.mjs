// Who may write, and what else there is to write: named shadows, what a device reports, what was
// deleted meanwhile.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {ask, finish, until, update, visit} from './browser.mjs';

after(finish);

const grid = (page) => page.getByRole('grid', {name: 'Desired and reported'});

async function editorOf(page) {
  await page.locator('.cm-content').waitFor();
  await until(
    () => page.evaluate(() => Boolean(document.activeElement?.shadowRoot?.activeElement)),
    'the focus in the editor',
  );
}

async function write(page, value) {
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(typeof value === 'string' ? value : JSON.stringify(value));
}

test('a viewer sees no control that writes, and a link to the editor opens none', async () => {
  await update('valve', {desired: {open: true}});
  const page = await visit('bob', '#/things/valve?edit=1');
  await grid(page).waitFor();
  for (const name of ['Edit', 'Delete', /named shadow/])
    assert.equal(await page.getByRole('button', {name}).count(), 0, String(name));
  await page.keyboard.press('e');
  await page.getByRole('tab', {name: 'JSON'}).click();
  await page.getByRole('region', {name: 'The document'}).waitFor();
  assert.equal(await page.locator('.cm-content').count(), 0);
  await page.done();
});

test('a named shadow is made, and reported is written as the device', async () => {
  await update('valve', {desired: {open: true}});
  const page = await visit('ann', '#/things/valve');
  await page.getByRole('button', {name: /named shadow/}).click();
  const dialog = page.getByRole('dialog', {name: 'A named shadow'});
  await dialog.getByRole('textbox').fill('not/a name');
  assert.ok(await dialog.getByRole('button', {name: 'Write it'}).isDisabled());
  await dialog.getByRole('textbox').fill('config');
  await page.keyboard.press('Enter');
  await editorOf(page);
  await write(page, {every: 60});
  await page.getByRole('tab', {name: /as the device/}).click();
  await editorOf(page);
  await write(page, {every: 60.0, serial: 1});
  await page.getByText('no delta').waitFor();
  await page.getByRole('button', {name: 'Save'}).click();
  await grid(page).getByText('serial').waitFor();
  await page.getByRole('link', {name: 'config'}).waitFor();
  const {body} = await ask('ann', 'GET', '/things/valve/shadow?name=config');
  assert.deepEqual(body.state, {desired: {every: 60}, reported: {every: 60, serial: 1}});
  assert.equal(body.version, 1);
  await page.done();
});

test('numbers that JavaScript has not are kept to the digit', async () => {
  const page = await visit('ann', '#/things/counter?edit=1');
  page.expected.push(/status of 404/); // it is not there yet
  await editorOf(page);
  await write(page, '{"n": 9007199254740993, "m": 12345678901234567890}');
  await page.getByText('AWS would take it.').waitFor();
  await page.keyboard.press('Control+s');
  await grid(page).getByText('9007199254740993', {exact: true}).waitFor();
  await grid(page).getByText('12345678901234567890', {exact: true}).waitFor();
  await page.done();
});

test('what is no JSON is told with line and column, and is not saved', async () => {
  const page = await visit('ann', '#/things/typo?edit=1');
  page.expected.push(/status of 404/); // it is not there yet
  await editorOf(page);
  await write(page, '{\n  "a": 1,\n  "a": 2\n}');
  await page.getByText('Line 3, column 3: "a" is there twice.').waitFor();
  assert.ok(await page.getByRole('button', {name: 'Save'}).isDisabled());
  await page.keyboard.press('Control+s');
  assert.equal((await ask('ann', 'GET', '/things/typo/shadow')).status, 404);
  await page.done();
});

test('who leaves an edit that is not saved is asked first', async () => {
  await update('gate', {desired: {open: true}});
  const page = await visit('ann', '#/things/gate?edit=1');
  const asked = [];
  let isLeft = false;
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void (isLeft ? dialog.accept() : dialog.dismiss());
  });
  await editorOf(page);
  await write(page, {open: false});
  await page.getByText('AWS would take it.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', {name: 'MQTT'}).click();
  await until(() => asked.length === 2, 'the question for both ways out');
  assert.equal(await page.locator('.cm-content').count(), 1, 'the editor is still there');
  isLeft = true;
  await page.keyboard.press('Escape');
  await grid(page).waitFor();
  assert.deepEqual((await ask('ann', 'GET', '/things/gate/shadow')).body.state.desired, {open: true});
  await page.done();
});

test('what was deleted while one wrote is told, and can be made again', async () => {
  await update('relay', {desired: {on: true, rest: 1}});
  const page = await visit('ann', '#/things/relay?edit=1');
  page.expected.push(/status of (404|409)/);
  await editorOf(page);
  await write(page, {on: false, rest: 1});
  assert.equal((await ask('ann', 'DELETE', '/things/relay/shadow')).status, 200);
  await page.getByText('It was deleted meanwhile').waitFor();
  await page.getByRole('button', {name: 'Save'}).click();
  const merge = page.getByRole('region', {name: 'Merge'});
  await merge.getByText('It was deleted meanwhile').waitFor();
  await merge.getByRole('radio', {name: /yours/}).check();
  await merge.getByRole('button', {name: 'Save the result'}).click();
  await grid(page).getByText('on', {exact: true}).waitFor();
  const {body} = await ask('ann', 'GET', '/things/relay/shadow');
  assert.deepEqual(body.state.desired, {on: false}, 'what was not touched stays deleted');
  await page.done();
});
