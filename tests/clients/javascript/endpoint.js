// The endpoint under test: the project's own ./run, started as a user starts it.
'use strict';

const {execFileSync, spawn} = require('node:child_process');
const {randomUUID} = require('node:crypto');
const {once} = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const RUN = path.resolve(__dirname, '../../../run');
const POLICY = path.resolve(__dirname, '../../../examples/policy.json');
const ANNOUNCED = ['ca', 'cert', 'key', 'thing', 'shadowctl', 'config'];
const LOADED = 'the registry was loaded';
const LOAD_MS = 30_000;

async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const {port} = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

// One ./run with a state folder and ports of its own. After start(), ca, cert and
// key are the paths of the sample device's files. A restart keeps ports and data.
class Endpoint {
  host = 'localhost';
  output = [];
  allowed = false;

  static async started() {
    const endpoint = new Endpoint();
    endpoint.ports = {mqtt: await freePort(), mqtts: await freePort(), ws: await freePort()};
    endpoint.stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'shadow-clients-'));
    fs.chmodSync(endpoint.stateDir, 0o755);  // Mosquitto drops root and must reach it.
    await endpoint.start();
    return endpoint;
  }

  async start() {
    const ports = Object.entries(this.ports).flatMap(
        ([name, port]) => [`--${name}-port`, String(port)]);
    this.process = spawn(RUN, ['--state-dir', this.stateDir, '--metrics-port', '0', ...ports],
                         {stdio: ['ignore', 'pipe', 'inherit']});
    this.ended = once(this.process, 'exit');
    await this.#ready();
    if (!this.allowed) await this.#allowAllThings();  // The registry outlives a restart.
    this.allowed = true;
  }

  async stop() {
    this.process.kill('SIGTERM');
    const [status] = await this.ended;
    if (status !== 0) throw new Error(`./run ended with status ${status} on SIGTERM`);
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  // Stops, and removes the state folder.
  async close() {
    await this.stop();
    fs.rmSync(this.stateDir, {recursive: true, force: true});
  }

  // The name of a thing that has no shadow yet; shadows need no registration.
  newThing() {
    return `thing-${randomUUID().slice(0, 13)}`;
  }

  // As docs/use-cases.md has it: the sample's certificate speaks for the tests' things too.
  async #allowAllThings() {
    const log = path.join(this.stateDir, 'log', 'broker.log');
    this.#shadowctl('policy', 'put', 'examples', POLICY, '--reload=');
    this.#shadowctl('policy', 'attach', 'examples', this.cert);
    const deadline = Date.now() + LOAD_MS;
    while (!fs.readFileSync(log, 'utf8').includes(LOADED)) {
      if (Date.now() > deadline) throw new Error('the registry was not loaded');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  #shadowctl(...command) {
    execFileSync(this.shadowctl, ['--config', this.config, ...command]);
  }

  #ready() {
    const missing = new Set(ANNOUNCED);
    let ready = false;
    return new Promise((resolve, reject) => {
      const lines = readline.createInterface({input: this.process.stdout});
      lines.on('line', (line) => {
        this.output.push(line);
        ready ||= line.startsWith('ready');
        const [name, value] = line.split('=', 2);
        if (ready && missing.delete(name)) this[name] = value;
        if (ready && missing.size === 0) resolve();
      });
      lines.on('close', () => reject(
          new Error(`./run ended before it was ready; it said:\n${this.output.join('\n')}`)));
    });
  }
}

module.exports = {Endpoint};
