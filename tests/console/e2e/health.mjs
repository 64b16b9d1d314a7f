// Health in words, as charts, and as numbers.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';
import {finish, until, update, visit} from './browser.mjs';

after(finish);

const number = (text, pattern) => Number(pattern.exec(text)?.[1].replaceAll(',', '') ?? NaN);

test('it is ready, and what is asked is in the charts within seconds', async () => {
  const page = await visit('bob', '#/health');
  await page.getByText('Ready:').waitFor();
  await page.getByRole('region', {name: 'Now'}).getByText('up', {exact: true}).waitFor();
  const chart = page.getByRole('img', {name: /^Requests, last ten minutes/});
  await chart.locator('canvas').waitFor();
  await until(async () => {
    await update('meter', {reported: {n: Date.now()}});
    const words = await chart.getAttribute('aria-label');
    return number(words, /accepted: latest [\d,]+\/s, [\d,]+\/s to ([\d,]+)\/s/) > 0;
  }, 'requests in the chart');
  const drawn = await chart.locator('canvas').evaluate((canvas) => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value > 0);
  });
  assert.ok(drawn);
  await page.done();
});

test('the charts are there as a table, and in the other theme', async () => {
  const page = await visit('bob', '#/health');
  await page.getByRole('button', {name: 'Show the numbers'}).click();
  const table = page.getByRole('region', {name: 'The last minutes in numbers'});
  await table.getByRole('columnheader', {name: 'Requests: accepted'}).waitFor();
  assert.ok((await table.getByRole('row').count()) >= 2);
  await page.getByRole('button', {name: /^Colours/}).click();
  await page.getByRole('button', {name: /^Colours/}).click();
  await page.getByRole('button', {name: 'Colours: dark'}).waitFor();
  await page.done();
});
