import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import type { TokenIssuer } from '../access/issuer.ts';
import { CliFailure } from './failure.ts';

export interface IssuerOptions {
  /** A URL, or a file. */
  readonly jwks?: string;
  readonly issuer?: string;
  readonly audience?: string;
}

/** Whose tokens are taken beside our own, if any. A file of keys is read once, at the start. */
export async function findIssuer({ jwks = '', issuer, audience }: IssuerOptions): Promise<TokenIssuer | undefined> {
  const claims = { issuer: issuer === '' ? undefined : issuer, audience: audience === '' ? undefined : audience };
  if (jwks !== '') return { jwks: /^https?:\/\//.test(jwks) ? new URL(jwks) : await readKeys(resolve(jwks)), ...claims };
  if (claims.issuer === undefined && claims.audience === undefined) return undefined;
  throw new CliFailure('CONCORD_ISSUER and CONCORD_AUDIENCE say what tokens of CONCORD_JWKS have to name: set that, too.');
}

async function readKeys(file: string): Promise<JSONWebKeySet> {
  try {
    const set = JSON.parse(await readFile(file, 'utf8')) as Partial<JSONWebKeySet> | null;
    if (!Array.isArray(set?.keys)) throw new TypeError('it has no list "keys"');
    return set as JSONWebKeySet;
  } catch (error) {
    throw new CliFailure(`${file} is no JSON Web Key Set: ${(error as Error).message}`, { cause: error });
  }
}
