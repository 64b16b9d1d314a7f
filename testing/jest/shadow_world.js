// An endpoint of a test's own, kept by `shadowctl world --hold`, for as long as it is not ended.
'use strict';

const { execFileSync, spawn } = require('node:child_process');
const { accessSync, constants } = require('node:fs');
const path = require('node:path');

const LOOK_MS = 5;
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
    this.end = end;
  }

  // Makes the thing, with a key (P-256) and a certificate of its own: { name, id, certificate, key, ca }.
  thing(name) {
    const words = ['--config', this.config, 'thing', 'create', name, '--key-kind', 'ec', '--json'];
    const made = JSON.parse(execFileSync(shadowctl(), words, { env: environment(), encoding: 'utf8' }));
    return { name, id: made.certificateId, certificate: made.certificate, key: made.key, ca: made.ca };
  }

  // Without a name: the classic shadow.
  shadow(thing, name) {
    const query = name === undefined ? '' : `?name=${encodeURIComponent(name)}`;
    return new Shadow(`${this.httpUrl}/things/${encodeURIComponent(thing)}/shadow${query}`);
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
    return this.ask('POST', JSON.stringify(document));
  }
  delete() {
    return this.ask('DELETE');
  }
  // The document; null: there is no shadow.
  get() {
    return this.ask('GET').catch((error) => {
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
  async ask(method, body) {
    const answer = await fetch(this.url, { method, body });
    const said = await answer.json();
    if (answer.ok) return said;
    throw Object.assign(new Error(`${answer.status}: ${said.message}`), { code: answer.status });
  }
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
