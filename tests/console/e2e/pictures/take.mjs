// The pictures of docs/console.md, of a small house with a few things.
import {after, test} from 'node:test';
import {ask, finish, publish, publishAsLamp, stage, until, update, visit} from '../browser.mjs';

after(finish);

const ROOMS = ['kitchen', 'hall', 'garden'];

async function furnish() {
  for (const room of ROOMS) {
    for (const kind of ['lamp', 'heater', 'window']) {
      const reported = {power: 'off', level: 40, firmware: '2.4.1'};
      await ask('ann', 'POST', `/things/${room}-${kind}/shadow`, {state: {reported}});
    }
  }
  await update('kitchen-lamp', {desired: {power: 'on', level: 70, scene: {name: 'evening'}}});
  await update('hall-heater', {desired: {level: 55}});
  for (const room of ROOMS) await publishAsLamp(`${room}/oven`, 'on');
}

async function traffic(page) {
  const messages = page.getByRole('list', {name: 'Messages, newest first'}).getByRole('button');
  for (const filter of ['home/#', '$aws/things/+/shadow/#']) {
    await page.getByLabel('Topic filter').fill(filter);
    await page.keyboard.press('Enter');
  }
  await until(async () => {
    for (const room of ROOMS) await publish(`home/${room}/climate`, '{"celsius":20.5,"humidity":48}');
    await update('kitchen-lamp', {reported: {level: 41}});
    return (await messages.count()) > 10;
  }, 'messages');
  await publish('home/kitchen/climate', '{"celsius":21.0,"humidity":47}');
  await messages.first().filter({hasText: '21.0'}).click();
}

const PICTURES = [
  {name: 'things', at: '#/things', width: 1400, theme: 'light'},
  {name: 'things-phone', at: '#/things', width: 360, theme: 'dark'},
  {name: 'thing', at: '#/things/kitchen-lamp', width: 1400, theme: 'dark'},
  {name: 'mqtt', at: '#/mqtt', width: 1400, theme: 'light', before: traffic},
  {name: 'mqtt-phone', at: '#/mqtt', width: 360, theme: 'light', before: traffic},
  {name: 'denied', at: '#/denied', width: 800, theme: 'light'},
  {name: 'faults', at: '#/faults', width: 800, theme: 'dark'},
];

test('pictures', async () => {
  await furnish();
  for (const {name, at, width, theme, before} of PICTURES) {
    const page = await visit('ann', at, {viewport: {width, height: 760}, colorScheme: theme});
    await page.getByRole('heading', {level: 1}).waitFor({state: 'attached'});
    await before?.(page);
    await page.waitForLoadState('networkidle');
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    await page.screenshot({path: `${stage.folder}/${name}.png`});
    await page.done();
  }
});
