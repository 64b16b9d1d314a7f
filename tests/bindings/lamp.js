// The reader's own code: lamp.py, as a JavaScript device would stand there.
'use strict';

const { spawn } = require('node:child_process');

class Lamp {
  constructor(endpoint, port) {
    const env = { ...process.env, SHADOW_ENDPOINT: endpoint, SHADOW_MQTT_PORT: String(port) };
    this.process = spawn('/usr/bin/python3', [`${__dirname}/lamp.py`], { env, stdio: 'inherit' });
  }
  stop() {
    this.process.kill('SIGKILL');
  }
}

module.exports = { Lamp };
