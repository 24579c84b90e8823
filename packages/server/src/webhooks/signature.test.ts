import { expect, it } from 'vitest';
import { createSigner, makeSecret, rotate, rotationMs } from './signature.ts';

it('signs as the specification shows it', () => {
  const secrets = [{ secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl' }];
  const body = '{"event_type":"ping","data":{"success":true}}';
  expect(createSigner(secrets).sign('msg_loFOjxBNrRLzqYUf', body, 1_731_705_121_999)).toEqual({
    'webhook-id': 'msg_loFOjxBNrRLzqYUf',
    'webhook-timestamp': '1731705121',
    'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  });
});

it('makes secrets of 32 bytes, none like another', () => {
  const made = Array.from({ length: 10 }, () => makeSecret().secret);
  for (const secret of made) expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
  expect(new Set(made).size).toBe(made.length);
});

it('signs with the secret before, too, for a day after it was replaced', () => {
  const [first, second, third] = [makeSecret(), makeSecret(), makeSecret()];
  const rotated = rotate([first], second, 1000);
  const alone = createSigner([first]).sign('a', 'b', 5000)['webhook-signature'];
  const both = createSigner(rotated).sign('a', 'b', 5000)['webhook-signature'].split(' ');
  expect(both).toHaveLength(2);
  expect(both[1]).toBe(alone);
  expect(createSigner(rotated).sign('a', 'b', 1000 + rotationMs)['webhook-signature']).not.toContain(' ');
  expect(rotate(rotated, third, 2000)).toEqual([
    third,
    { secret: second.secret, until: 2000 + rotationMs },
    { secret: first.secret, until: 1000 + rotationMs },
  ]);
  expect(rotate(rotated, third, 1000 + rotationMs)).toHaveLength(2);
});
