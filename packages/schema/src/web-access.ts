import type { Report } from './config-error.ts';
import { join } from './options.ts';

/**
 * Which proxies are believed when they say whom they speak for: nobody, that many of them in a row, or those
 * of a list of addresses and networks (`10.0.0.0/8`), in which `loopback` stands for the own machine.
 */
export type TrustProxy = false | number | readonly string[];

/** A page's origin as browsers spell it (`https://app.example.com`, no path), or `*`. */
export function isPageOrigin(text: string): boolean {
  return text === '*' || /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(text);
}

/** An entry of {@link TrustProxy}'s list. */
export function isTrustedProxy(text: string): boolean {
  if (text === 'loopback') return true;
  const [, address = '', prefix] = /^([0-9a-fA-F:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const isIPv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) && address.split('.').every((part) => Number(part) < 256);
  const isIPv6 = /^[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}$/.test(address);
  return (isIPv4 || isIPv6) && Number(prefix ?? 0) <= (isIPv4 ? 32 : 128);
}

export function compileOrigins(config: unknown, report: Report): readonly string[] {
  if (config === undefined) return [];
  if (isStrings(config)) {
    config.forEach((origin, index) => {
      if (!isPageOrigin(origin))
        report(join('origins', String(index)), 'must be like https://app.example.com, without a path, or *');
    });
    return config;
  }
  report('origins', 'must be a list of strings');
  return [];
}

export function compileTrustProxy(config: unknown, report: Report): TrustProxy {
  if (config === undefined || config === false) return false;
  if (Number.isSafeInteger(config) && (config as number) >= 1) return config as number;
  if (isStrings(config)) {
    config.forEach((proxy, index) => {
      if (!isTrustedProxy(proxy))
        report(join('trustProxy', String(index)), 'must be an address, a network like 10.0.0.0/8, or loopback');
    });
    return config;
  }
  report('trustProxy', 'must be false, a number of proxies, or a list of their addresses');
  return false;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
