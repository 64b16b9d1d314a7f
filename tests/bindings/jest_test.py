"""testing/jest in the real Jest, with the real endpoint."""
from runners import run_jest

WHOLE = r"""
/** @jest-environment mosquitto-shadow-jest */
const { execFileSync } = require('node:child_process');
const ports = new Set();

test.each([1, 2, 3])('begins with nothing %i', async () => {
  const lamp = shadowWorld.shadow('lamp');
  expect(await lamp.get()).toBeNull();
  await lamp.desired({ led: 'on' });
  expect((await lamp.get()).state.desired).toEqual({ led: 'on' });
  ports.add(shadowWorld.mqttPort);
});

test('each was another', () => expect(ports.size).toBe(3));

test('a named shadow is another', async () => {
  await shadowWorld.shadow('lamp', 'color').reported({ hue: 7 });
  expect(await shadowWorld.shadow('lamp').get()).toBeNull();
  expect((await shadowWorld.shadow('lamp', 'color').waitReported({ hue: 7 })).version).toBe(1);
});

test('what is refused has its code', async () => {
  await expect(shadowWorld.shadow('lamp').update({ state: [] })).rejects.toMatchObject({ code: 400 });
  await expect(shadowWorld.shadow('lamp').waitReported({ a: 1 }, 20)).rejects.toThrow('within 20 ms');
});

test('a thing comes in with its certificate', async () => {
  const lamp = shadowWorld.thing('lamp');
  execFileSync('mosquitto_pub', ['-h', 'localhost', '-p', shadowWorld.mqttsPort, '-i', 'lamp',
    '--cafile', lamp.ca, '--cert', lamp.certificate, '--key', lamp.key, '-q', '1',
    '-t', '$aws/things/lamp/shadow/update', '-m', '{"state":{"reported":{"led":"on"}}}']);
  await shadowWorld.shadow('lamp').waitReported({ led: 'on' }, 30000);
}, 40000);

const refuse = { id: 'no', on: 'https', do: 'reject', code: 409, where: { operation: 'update' }, count: 1 };

test('things go wrong when a test says so', async () => {
  const lamp = shadowWorld.shadow('lamp');
  const fault = await shadowWorld.fault({ name: 'no', for: '5m', rules: [refuse] });
  expect(await fault.fired()).toBe(0);
  await expect(lamp.desired({ led: 'on' })).rejects.toMatchObject({ code: 409 });
  await lamp.desired({ led: 'on' });
  expect(await fault.fired()).toBe(1);
  await expect(shadowWorld.fault({ name: 'no', for: '5m', rules: [refuse] })).rejects.toThrow('in force');
  await fault.stop();
  await expect(fault.fired()).rejects.toThrow('not in force any more');
  expect((await shadowWorld.fault('quota')).name).toBe('quota');
  await expect(shadowWorld.fault('moon')).rejects.toThrow('no plan called "moon" is ready');
});

test('a reset leaves nothing', async () => {
  await shadowWorld.shadow('lamp').desired({ led: 'on' });
  await shadowWorld.fault({ name: 'no', for: '5m', rules: [refuse] });
  shadowWorld.clock('freeze', '2030-01-02T03:04:05Z');
  await shadowWorld.reset();
  expect(await shadowWorld.shadow('lamp').get()).toBeNull();
  expect((await shadowWorld.shadow('lamp').desired({ led: 'on' })).timestamp).toBeLessThan(1893553445);
});

test('a snapshot comes back', async () => {
  await shadowWorld.shadow('lamp').desired({ led: 'on' });
  await shadowWorld.snapshot('on');
  await shadowWorld.shadow('lamp').desired({ led: 'off' });
  await shadowWorld.restore('on');
  expect((await shadowWorld.shadow('lamp').get()).state.desired).toEqual({ led: 'on' });
  await expect(shadowWorld.restore('nowhere')).rejects.toMatchObject({ code: 404 });
});

test('the clock is moved', async () => {
  shadowWorld.clock('freeze', '2030-01-02T03:04:05Z');
  expect((await shadowWorld.shadow('lamp').desired({ led: 'on' })).timestamp).toBe(1893553445);
});

test.skip('a test that is skipped has none', () => {});
"""


def test_the_environment_does_what_it_says(tmp_path):
    code, out = run_jest(tmp_path, WHOLE)
    assert code == 0, out
    assert "1 skipped, 11 passed" in out, out
    assert "did not exit" not in out, out
    code, out = run_jest(tmp_path, WHOLE, SHADOW_HOME=str(tmp_path))
    assert code == 1
    assert f"SHADOW_HOME is {tmp_path}, but there is no {tmp_path}/cli/shadowctl" in out, out
