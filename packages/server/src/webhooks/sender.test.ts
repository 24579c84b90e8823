import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../clock.ts';
import { createAddressRules } from './address-rules.ts';
import type { ResolveName } from './resolve-name.ts';
import { createSender, type Outcome } from './sender.ts';

/** Counts the requests that reach it; every connection serves one. */
async function startReceiver(): Promise<{ readonly port: number; readonly count: () => number }> {
  let count = 0;
  const server = createServer((_request, response) => {
    count++;
    response.writeHead(204, { connection: 'close' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, count: () => count };
}

/** What comes of one request after the other to that URL, where names resolve to these, in turn. */
async function outcomes(url: string, allowPrivate: boolean, ...answers: readonly (readonly string[])[]): Promise<unknown[]> {
  let turn = 0;
  const resolveName: ResolveName = (_name, callback) => {
    const addresses = answers[turn++ % answers.length] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  const rules = createAddressRules(allowPrivate);
  const sender = createSender({ clock: systemClock, rules, timeoutMs: 5000, resolveName });
  onTestFinished(() => sender.close());
  const all: Outcome[] = [];
  for (let request = 0; request < Math.max(1, answers.length); request++)
    all.push(await sender.send({ url: new URL(url), headers: {}, body: '{}' }).outcome);
  return all.map((outcome) => (outcome.kind === 'answered' ? outcome.status : outcome.kind === 'failed' ? outcome.error : ''));
}

const refused = 'the address is not allowed';

describe('a name', () => {
  it('is connected to at an address that is allowed, though it has others', async () => {
    const { port, count } = await startReceiver();
    const addresses = ['169.254.169.254', 'fe80::1', '127.0.0.1', '0.0.0.0'];
    expect(await outcomes(`http://hook.example:${port}/`, true, addresses)).toEqual([204]);
    expect(count()).toBe(1);
  });

  it('that resolves elsewhere by the next request is checked again', async () => {
    const { port, count } = await startReceiver();
    const url = `http://hook.example:${port}/`;
    expect(await outcomes(url, true, ['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1'])).toEqual([204, refused, 204]);
    expect(count()).toBe(2);
  });

  it.each([['127.0.0.1'], ['::ffff:127.0.0.1'], ['::1'], ['10.0.0.1'], ['192.168.0.1'], ['fd00::1'], ['169.254.169.254']])(
    'that resolves to %s is not connected to',
    async (address) => {
      const { port, count } = await startReceiver();
      expect(await outcomes(`http://hook.example:${port}/`, false, [address])).toEqual([refused]);
      expect(await outcomes(`https://hook.example:${port}/`, false, [address])).toEqual([refused]);
      expect(count()).toBe(0);
    },
  );

  it('without an address is not connected to', async () => {
    expect(await outcomes('http://hook.example/', true, [])).toEqual([refused]);
  });
});

describe('an address', () => {
  it.each(['127.0.0.1', '[::ffff:127.0.0.1]', '[::1]', '0.0.0.0', '[::]', '2130706433', '0x7f.1', '0177.0.0.1', '127.1'])(
    'that is not allowed is not connected to, spelled %s',
    async (host) => {
      const { port, count } = await startReceiver();
      expect(await outcomes(`http://${host}:${port}/`, false)).toEqual([refused]);
      expect(count()).toBe(0);
    },
  );

  it('of a cloud’s metadata is not connected to, whatever is allowed', async () => {
    for (const host of ['169.254.169.254', '[fd00:ec2::254]', '[::ffff:a9fe:a9fe]', '100.100.100.200'])
      expect(await outcomes(`http://${host}/latest/meta-data/`, true)).toEqual([refused]);
  });
});
