// The browser's part of `measure`: page.mjs things|changes|traffic URL [SECONDS]. Prints figures as JSON.
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';

const require = createRequire(fileURLToPath(new URL('../../console/package.json', import.meta.url)));
const {chromium} = require('playwright-core');

const [what, url, seconds = '0'] = process.argv.slice(2);
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-precise-memory-info',
];

const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const rounded = (ms) => Math.round(ms * 10) / 10;

function quantiles(name, times) {
  const sorted = [...times].sort((a, b) => a - b);
  return {[`${name}_p50_ms`]: rounded(at(sorted, 0.5)), [`${name}_p95_ms`]: rounded(at(sorted, 0.95))};
}

const rows = '.things-list [data-index] a';

// The first page, cold and warm; then what is typed, until its rows are painted.
async function things(page) {
  const begun = performance.now();
  await page.goto(url);
  await page.waitForSelector(rows, {timeout: 60_000});
  const cold = performance.now() - begun;
  const again = performance.now();
  await page.reload();
  await page.waitForSelector(rows);
  const warm = performance.now() - again;
  const searched = [];
  await page.focus('input[type=search]');
  for (const text of ['thing-09', '9999', 'connected:true', 'hasDelta:true', 'thing-0?5*', 'nothing']) {
    for (const letter of text) searched.push(await page.evaluate(typed, letter));
    await page.fill('input[type=search]', '');
    await page.waitForTimeout(300);
  }
  let nodes = 0;
  for (let part = 0; part <= 1; part += 0.05) {
    await page.evaluate((to) => {
      const list = document.querySelector('.things-list');
      list.scrollTop = to * list.scrollHeight;
    }, part);
    await page.waitForTimeout(60);
    nodes = Math.max(nodes, await page.evaluate(() => document.querySelectorAll('*').length));
  }
  return {
    first_cold_ms: rounded(cold),
    first_warm_ms: rounded(warm),
    ...quantiles('search', searched),
    nodes_most: nodes,
  };
}

// From a key to the painting of the count that answers it: the status changes, or stays for half a
// second, and then there was nothing to paint.
function typed(letter) {
  return new Promise((resolve) => {
    const box = document.querySelector('input[type=search]');
    const begun = performance.now();
    const observer = new MutationObserver(() => requestAnimationFrame(() => done()));
    const done = () => {
      observer.disconnect();
      resolve(performance.now() - begun);
    };
    observer.observe(document.querySelector('.things'), {subtree: true, childList: true, characterData: true});
    box.value += letter;
    box.dispatchEvent(new InputEvent('input', {bubbles: true}));
    setTimeout(done, 2000);
  });
}

// From the request of an update until the open page shows its value.
async function changes(page) {
  await page.goto(url);
  await page.waitForSelector('.things-top');
  await page.evaluate(() => {
    const csrf = sessionStorage.getItem('shadow-csrf');
    globalThis.update = (value) =>
      fetch('/things/measured/shadow', {
        method: 'POST',
        headers: {'x-shadow-csrf': csrf},
        body: JSON.stringify({state: {reported: {value}}}),
      });
    globalThis.shownAfter = (value) =>
      new Promise((resolve) => {
        const begun = performance.now();
        const observer = new MutationObserver(() => {
          if (!document.body.textContent.includes(value)) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - begun));
        });
        observer.observe(document.body, {subtree: true, childList: true, characterData: true});
        void globalThis.update(value);
      });
    return globalThis.update('first-value');
  });
  await page.evaluate(() => {
    location.hash = '/things/measured';
  });
  await page.waitForSelector('text=first-value');
  const times = [];
  for (let i = 0; i < 100; ++i) {
    times.push(await page.evaluate((value) => globalThis.shownAfter(value), `value-${i}-shown`));
    await page.waitForTimeout(150);
  }
  return quantiles('commit_to_page', times);
}

// A click on a tab of the page, until it is painted, each second of the traffic.
async function traffic(page) {
  await page.goto(url);
  await page.waitForSelector('.things-top');
  await page.evaluate(() => {
    location.hash = '/mqtt';
  });
  await page.fill('#mqtt-filter', '#');
  await page.press('#mqtt-filter', 'Enter');
  const clicks = [];
  let heap = 0;
  for (let second = 0; second < Number(seconds); ++second) {
    await page.waitForTimeout(1000);
    clicks.push(await page.evaluate(clicked, second % 2 ? 'List' : 'Tree'));
    heap = Math.max(heap, await page.evaluate(() => performance.memory.usedJSHeapSize));
  }
  await page.waitForTimeout(4000);
  const numberIn = async (words) => {
    const said = page.locator('.mqtt-counts span').filter({hasText: words});
    return (await said.count()) ? Number((await said.first().textContent()).replace(/\D/g, '')) : 0;
  };
  return {
    shown: await numberIn('message'),
    lost: await numberIn('lost: '),
    ...quantiles('click', clicks),
    heap_mib: rounded(heap / 2 ** 20),
  };
}

function clicked(words) {
  return new Promise((resolve) => {
    const tab = [...document.querySelectorAll('[role=tab]')].find((one) => one.textContent === words);
    const begun = performance.now();
    tab.click();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
  });
}

const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: flags});
const page = await browser.newPage({viewport: {width: 1400, height: 900}});
const faults = [];
page.on('pageerror', (error) => faults.push(error.message));
const figures = await {things, changes, traffic}[what](page);
await browser.close();
if (faults.length) throw new Error(faults.join('\n'));
console.log(JSON.stringify(figures));
