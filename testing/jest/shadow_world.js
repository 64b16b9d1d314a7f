// An endpoint of a test's own, kept by `shadowctl world --hold`, for as long as it is not ended.
'use strict';

const { execFileSync, spawn } = require('node:child_process');
const { accessSync, constants, readFileSync } = require('node:fs');
const path = require('node:path');

const LOOK_MS = 5;
const REGISTRY_MS = 60000;
const living = new Set(); // promises of ends

class World {
  // At once: what it gives has a promise `there` of the world, and `end()`.
  static begin() {
    const child = spawn(shadowctl(), ['world', '--tls', '--hold'], { env: environment(), stdio: 'pipe' });
    const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
    const gone = ended.then(() => living.delete(gone));
    living.add(gone);
    const end = () => child.stdin.end();
    let errors = '';
    child.stderr.on('data', (bytes) => (errors += bytes));
    const there = new Promise((resolve, reject) => {
      let said = '';
      child.stdout.on('data', (bytes) => {
        said += bytes;
        if (said.endsWith('\n')) resolve(new World(JSON.parse(said), end));
      });
      child.once('error', reject);
      ended.then(() => reject(new Error(errors.trim() || 'shadowctl world ended at once')));
    });
    there.catch(() => {}); // whoever awaits it is told
    return { there, end };
  }

  static async allHaveEnded() {
    await Promise.all(living);
  }

  constructor(said, end) {
    this.endpoint = said.endpoint; // a host
    this.mqttPort = said.mqtt_port;
    this.mqttsPort = said.mqtts_port; // for things with their certificate
    this.ca = said.ca;
    this.httpUrl = said.http_url;
    this.config = said.config;
    this.folder = said.folder;
    this.end = end;
  }

  // Makes the thing, with a key (P-256) and a certificate of its own: { name, id, certificate, key, ca }.
  thing(name) {
    const log = () => readFileSync(path.join(this.folder, 'broker.log'), 'latin1');
    const saidBefore = log().length;
    const made = JSON.parse(this.shadowctl('thing', 'create', name, '--key-kind', 'ec', '--json'));
    // The broker reads it aside: who connects at once may be one that it does not know yet.
    const deadline = Date.now() + REGISTRY_MS;
    while (made.made && !log().includes('the registry was ', saidBefore)) {
      if (Date.now() > deadline) throw new Error('the broker reads no registry');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
    }
    return { name, id: made.certificateId, certificate: made.certificate, key: made.key, ca: made.ca };
  }

  // Without a name: the classic shadow.
  shadow(thing, name) {
    const query = name === undefined ? '' : `?name=${encodeURIComponent(name)}`;
    return new Shadow(`${this.httpUrl}/things/${encodeURIComponent(thing)}/shadow${query}`);
  }

  // Lets things go wrong on purpose, by a plan (docs/faults.md) or by a ready one's name, until it is
  // stopped or its time is over: { name, stop(), fired() }, the last how often its rules have acted.
  async fault(plan) {
    const given = typeof plan === 'string' ? JSON.parse(this.shadowctl('fault', 'ready', plan)) : plan;
    const { name } = await this.ask('POST', '/faults', given);
    const fired = async () => {
      const { plans } = await this.ask('GET', '/faults');
      const rules = plans.find((one) => one.name === name)?.rules;
      if (rules === undefined) throw new Error(`the fault ${name} is not in force any more`);
      return rules.reduce((sum, rule) => sum + rule.fired, 0);
    };
    return { name, fired, stop: () => this.ask('DELETE', `/faults/${name}`) };
  }

  // Removes all shadows and their history, stops faults and sets the clock back. Connections stand.
  reset() {
    return this.ask('POST', '/reset');
  }

  // Keeps all shadows and their history aside, and brings them back as they were.
  snapshot(name) {
    return this.ask('PUT', `/snapshots/${encodeURIComponent(name)}`);
  }
  restore(name) {
    return this.ask('POST', `/snapshots/${encodeURIComponent(name)}/restore`);
  }

  // Moves the clock that shadows are told by: '+48h', from the machine's; 'freeze' and a time; 'reset'.
  clock(...change) {
    this.shadowctl('bench', 'clock', ...change);
  }

  ask(method, path, document) {
    return ask(method, `${this.httpUrl}/_shadow/v1${path}`, document);
  }
  shadowctl(...words) {
    const line = ['--config', this.config, ...words];
    return execFileSync(shadowctl(), line, { env: environment(), encoding: 'utf8', stdio: 'pipe' });
  }
}

class Shadow {
  constructor(url) {
    this.url = url;
  }
  desired(members) {
    return this.update({ state: { desired: members } });
  }
  reported(members) {
    return this.update({ state: { reported: members } });
  }
  update(document) {
    return ask('POST', this.url, document);
  }
  delete() {
    return ask('DELETE', this.url);
  }
  // The document; null: there is no shadow.
  get() {
    return ask('GET', this.url).catch((error) => {
      if (error.code === 404) return null;
      throw error;
    });
  }
  // Resolves with the document once all these are reported.
  async waitReported(members, timeoutMs = 2000) {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const document = await this.get();
      const there = document?.state.reported ?? {};
      const text = JSON.stringify;
      if (Object.keys(members).every((name) => text(there[name]) === text(members[name]))) return document;
      if (Date.now() > deadline) {
        throw new Error(`reported is not ${text(members)} within ${timeoutMs} ms; it is ${text(there)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

// The answer; what is refused has the service's words and its `code`.
async function ask(method, url, document) {
  const body = document === undefined ? undefined : JSON.stringify(document);
  const answer = await fetch(url, { method, body });
  const said = await answer.json();
  if (answer.ok) return said;
  throw Object.assign(new Error(`${answer.status}: ${said.message}`), { code: answer.status });
}

// In SHADOW_HOME, a build folder or what the package was installed under; else on PATH.
function shadowctl() {
  const home = process.env.SHADOW_HOME;
  if (!home) return 'shadowctl';
  const places = ['cli/shadowctl', 'bin/shadowctl'].map((place) => path.resolve(home, place));
  const found = places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`SHADOW_HOME is ${home}, but there is no ${places.join(' and no ')}`);
  return found;
}

// Ours, without settings that would lead shadowctl elsewhere.
function environment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('SHADOWCTL_')));
}

module.exports = { World, Shadow };
