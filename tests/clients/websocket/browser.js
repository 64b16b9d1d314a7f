// Debian's Chromium with page.html, which comes from another site than the endpoint.
// browser.js SIGNED_URL THING: serves the page, opens it, and tells what it says. Ends with 0 once
// the page has its delta, with 1 if it cannot connect.
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');
const { chromium } = require('playwright-core');

const [url, thing] = process.argv.slice(2);
const FILES = {
  '/': [path.join(__dirname, 'page.html'), 'text/html'],
  '/mqtt.min.js': [require.resolve('mqtt/dist/mqtt.min'), 'text/javascript'],
};

async function main() {
  const server = http.createServer((request, response) => {
    const [file, type] = FILES[request.url] || [];
    if (!file) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': type }).end(fs.readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--ignore-certificate-errors', '--disable-gpu',
      '--host-resolver-rules=MAP pages.example 127.0.0.1'],
  });
  const page = await browser.newPage();
  const ended = new Promise((resolve) => page.on('console', (message) => {
    console.log(message.text());
    if (message.text().startsWith('delta')) resolve(0);
    if (message.text().startsWith('closed')) resolve(1);
  }));
  await page.goto(`http://pages.example:${server.address().port}/`);
  await page.evaluate(([where, who]) => globalThis.follow(where, who), [url, thing]);
  const code = await ended;
  await browser.close();
  process.exit(code);
}

main().catch((error) => { console.log(`failed ${error}`); process.exit(2); });
