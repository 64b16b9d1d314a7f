// What ./run prints, opened as a person opens it, on a machine without a network.
import {after, test} from 'node:test';
import {finish, newContext, stage, watched} from './browser.mjs';

after(finish);

test('the sample thing is there', async () => {
  const page = await watched(await newContext());
  await page.goto(stage.address);
  await page.getByRole('link', {name: 'sample-thing'}).click();
  await page.getByRole('heading', {name: 'sample-thing'}).waitFor();
  await page.done();
});
