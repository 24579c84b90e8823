import { describe, expect, it } from 'vitest';
import { createAddressRules } from './address-rules.ts';

const open = createAddressRules(true);
const closed = createAddressRules(false);

describe('webhooks', () => {
  it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'may be sent to %s',
    (address) => {
      expect([closed.allows(address), open.allows(address)]).toEqual([true, true]);
    },
  );

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.255.255',
    '::1',
    'fc00::1',
    'fdff::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.1.2.3',
    '::10.1.2.3',
    '64:ff9b::10.0.0.1',
    '2002:a00:1::1',
    '2002:7f00:1::',
  ])('may be sent to %s where private addresses are allowed', (address) => {
    expect([closed.allows(address), open.allows(address)]).toEqual([false, true]);
  });

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '169.254.170.2',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fec0::1',
    '224.0.0.1',
    '239.255.255.250',
    'ff02::1',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '3fff::1',
    '4000::1',
    '1::1',
    '64:ff9b:1::808:808',
    'localhost',
    'example.com',
    '',
  ])('are never sent to %s', (address) => {
    expect([closed.allows(address), open.allows(address)]).toEqual([false, false]);
  });
});
