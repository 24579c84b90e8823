import type { Json } from '@concord/protocol';
import { canonicalJson } from './json-value.ts';

/** FNV-1a over the canonical JSON, 64 bits as 16 hex digits. It tells changes, and is no protection against forgery. */
export function digestOf(value: Json): string {
  return fnv1a(canonicalJson(value)).toString(16).padStart(16, '0');
}

/** FNV-1a, 64 bits, over UTF-16 units. */
export function fnv1a(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
  }
  return hash;
}
