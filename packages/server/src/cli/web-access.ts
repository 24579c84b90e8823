import { isPageOrigin, isTrustedProxy, type TrustProxy } from '@concord/schema';
import { CliFailure } from './failure.ts';

/** `CONCORD_ORIGINS`: origins with commas between. Nothing where it is not set: the config's stand. */
export function readOrigins(text: string | undefined): { readonly origins?: readonly string[] } {
  if (text === undefined || text.trim() === '') return {};
  const origins = listOf(text);
  for (const origin of origins) {
    if (!isPageOrigin(origin))
      throw new CliFailure(`CONCORD_ORIGINS: ${origin} must be like https://app.example.com, without a path, or *.`);
  }
  return { origins };
}

/** `CONCORD_TRUST_PROXY`: `off`, a number of proxies, or their addresses and networks with commas between. */
export function readTrustProxy(text: string | undefined): { readonly trustProxy?: TrustProxy } {
  if (text === undefined || text.trim() === '') return {};
  if (/^\s*(?:off|false|0)\s*$/.test(text)) return { trustProxy: false };
  if (/^\s*\d{1,2}\s*$/.test(text)) return { trustProxy: Number(text) };
  const proxies = listOf(text);
  for (const proxy of proxies) {
    if (!isTrustedProxy(proxy))
      throw new CliFailure(`CONCORD_TRUST_PROXY: ${proxy} must be a number, an address, a network like 10.0.0.0/8, or loopback.`);
  }
  return { trustProxy: proxies };
}

/** `CONCORD_WEBHOOKS_ALLOW_PRIVATE`: `1` or `0`. Nothing where it is not set: the config's stands. */
export function readAllowPrivate(text: string | undefined): { readonly allowPrivateWebhooks?: boolean } {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return {};
  if (trimmed !== '1' && trimmed !== '0') throw new CliFailure('CONCORD_WEBHOOKS_ALLOW_PRIVATE must be 1 or 0.');
  return { allowPrivateWebhooks: trimmed === '1' };
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
