import { expect, it } from 'vitest';
import { CliFailure } from './failure.ts';
import { readOrigins, readTrustProxy } from './web-access.ts';

it('reads origins', () => {
  expect(readOrigins(undefined)).toEqual({});
  expect(readOrigins(' ')).toEqual({});
  expect(readOrigins('https://a.example, http://localhost:5173')).toEqual({
    origins: ['https://a.example', 'http://localhost:5173'],
  });
  expect(() => readOrigins('https://a.example/app')).toThrow(CliFailure);
});

it('reads whom to trust', () => {
  expect(readTrustProxy('')).toEqual({});
  expect(readTrustProxy('off')).toEqual({ trustProxy: false });
  expect(readTrustProxy('2')).toEqual({ trustProxy: 2 });
  expect(readTrustProxy('loopback, 10.0.0.0/8,::1')).toEqual({ trustProxy: ['loopback', '10.0.0.0/8', '::1'] });
  expect(() => readTrustProxy('everybody')).toThrow(CliFailure);
});
