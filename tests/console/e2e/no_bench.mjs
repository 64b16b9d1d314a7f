// Where the test bench is off.
import {after, test} from 'node:test';
import {finish, visit} from './browser.mjs';

after(finish);

test('the page tells how to switch the bench on', async () => {
  const page = await visit('ann', '#/faults');
  await page.getByRole('heading', {name: 'This is no test bench'}).waitFor();
  await page.getByText('plugin_opt_faults true').waitFor();
  await page.getByText('--faults=true').waitFor();
  await page.done();
});
