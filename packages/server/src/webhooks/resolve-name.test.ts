import type { LookupAddress } from 'node:dns';
import { expect, it } from 'vitest';
import { createResolveName } from './resolve-name.ts';

function resolve(name: string): Promise<readonly LookupAddress[]> {
  return new Promise((done, failed) => {
    createResolveName(false)(name, (error, addresses) => (error === null ? done(addresses) : failed(error)));
  });
}

it.each(['localhost', 'localhost.', 'hook.localhost', 'LOCALHOST'])('%s is this machine, whatever anybody says', async (name) => {
  expect((await resolve(name)).map(({ address }) => address)).toEqual(['127.0.0.1', '::1']);
});

it('a name that cannot be has no address', async () => {
  await expect(resolve('..')).rejects.toThrow(/.+/);
});
