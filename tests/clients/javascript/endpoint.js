// The endpoint under test: the project's own ./run, started as a user starts it.
'use strict';

const {execFileSync, spawn, spawnSync} = require('node:child_process');
const {randomUUID} = require('node:crypto');
const {once} = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const RUN = path.resolve(__dirname, '../../../run');
const ANNOUNCED = ['ca', 'cert', 'key', 'thing', 'shadowctl', 'config'];

// What the tests' own connections may do: the SDK is tested here, not what policies forbid.
const EVERYTHING = JSON.stringify({
  Version: '2012-10-17', Statement: {Effect: 'Allow', Action: 'iot:*', Resource: '*'},
});
const WAIT_MS = 30000;

async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const {port} = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

// One ./run with a state folder and ports of its own. After start(), ca, cert and
// key are the paths of an identity's files that may do everything. A restart keeps ports and data.
class Endpoint {
  host = 'localhost';
  output = [];

  // `https`: with the HTTPS data plane, which then checks who asks.
  static async started({https = false} = {}) {
    const endpoint = new Endpoint();
    endpoint.ports = {mqtt: await freePort(), mqtts: await freePort(),
                      https: https ? await freePort() : 0};
    endpoint.stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'shadow-clients-'));
    fs.chmodSync(endpoint.stateDir, 0o755);  // Mosquitto drops root and must reach it.
    await endpoint.start();
    return endpoint;
  }

  async start() {
    const ports = Object.entries(this.ports).flatMap(
        ([name, port]) => [`--${name}-port`, String(port)]);
    this.process = spawn(RUN, ['--state-dir', this.stateDir, '--metrics-port', '0',
                               '--http-auth', 'required', ...ports],
                         {stdio: ['ignore', 'pipe', 'inherit']});
    this.ended = once(this.process, 'exit');
    await this.#ready();
    this.#beEverybody();
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

  // An access key that may do everything.
  newAccessKey() {
    const {accessKeyId, secretAccessKey} = JSON.parse(execFileSync(
        this.shadowctl, ['--config', this.config, 'credentials', 'create', '--policy',
                         'everything', '--json']));
    return {accessKeyId, secretAccessKey};
  }

  // The name of a thing that has no shadow yet; things need no registration.
  newThing() {
    return `thing-${randomUUID().slice(0, 13)}`;
  }

  // Gives the tests an identity that may do everything, and waits until the broker knows it.
  #beEverybody() {
    const ctl = (words, input) => execFileSync(
        this.shadowctl, ['--config', this.config, ...words], {input, stdio: 'pipe'});
    ctl(['policy', 'put', 'everything', '-'], EVERYTHING);
    ctl(['thing', 'create', 'tests', '--key-kind', 'ec', '--policy', 'everything']);
    const folder = path.join(this.stateDir, 'certificates/things/tests');
    this.cert = path.join(folder, 'certificate.pem');
    this.key = path.join(folder, 'private.key');
    const knock = ['-h', this.host, '-p', String(this.ports.mqtts), '--cafile', this.ca,
                   '--cert', this.cert, '--key', this.key, '-t', 'knock', '-n'];
    const deadline = Date.now() + WAIT_MS;
    while (spawnSync('mosquitto_pub', knock).status !== 0) {
      if (Date.now() > deadline) throw new Error('the broker does not let the tests in');
    }
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
