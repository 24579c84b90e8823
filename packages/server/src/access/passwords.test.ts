import { describe, expect, it } from 'vitest';
import { checkPassword, createPasswords, type HashPassword, type HashWork } from './passwords.ts';

const light: HashWork = { memoryKiB: 64, passes: 1, lanes: 1 };

describe('passwords', () => {
  it('are kept as argon2id, with the work that OWASP asks for and a salt of their own', async () => {
    const passwords = createPasswords();
    const [one, two] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify('correct horse', one)).toBe(true);
    expect(await passwords.verify('correct horsf', one)).toBe(false);
    expect(await passwords.verify('', one)).toBe(false);
  });

  it('are the same however a keyboard composes their characters', async () => {
    const passwords = createPasswords({ work: light });
    expect(await passwords.verify('pa\u0308sswo\u0308rter', await passwords.hash('pässwörter'))).toBe(true);
  });

  it('cost the same work where there is no user', async () => {
    const works: HashWork[] = [];
    const compute: HashPassword = async (_password, salt, work) => {
      expect(salt).toHaveLength(16);
      works.push(work);
      return new Uint8Array(32);
    };
    const passwords = createPasswords({ work: light, compute });
    const hash = await passwords.hash('correct horse');
    expect(await passwords.verify('correct horse', hash)).toBe(true);
    expect(await passwords.verify('correct horse', undefined)).toBe(false);
    expect(await passwords.verify('correct horse', 'damaged')).toBe(false);
    expect(works).toEqual([light, light, light, light]);
  });

  it('that were hashed with other work are known as such, and still verified', async () => {
    const old = await createPasswords({ work: light }).hash('correct horse');
    const passwords = createPasswords({ work: { ...light, passes: 2 } });
    expect(passwords.isDated(old)).toBe(true);
    expect(await passwords.verify('correct horse', old)).toBe(true);
    expect(passwords.isDated(await passwords.hash('correct horse'))).toBe(false);
  });

  it('are hashed two at a time, and who would wait for long is sent away', async () => {
    const begun: (() => void)[] = [];
    const compute: HashPassword = () => new Promise((resolve) => begun.push(() => resolve(new Uint8Array(32))));
    const passwords = createPasswords({ work: light, compute });
    const all = Array.from({ length: 70 }, () =>
      passwords.verify('correct horse', undefined).catch((error: unknown) => (error as { code: string }).code),
    );
    await expect.poll(() => begun.length).toBe(2);
    const refused = await Promise.all(all.slice(66));
    expect(refused).toEqual(Array.from({ length: 4 }, () => 'rate_limited'));
    expect(begun).toHaveLength(2);
    for (let done = 0; done < 66; done++) {
      await expect.poll(() => begun.length).toBeGreaterThan(done);
      expect(begun.length).toBeLessThanOrEqual(done + 2);
      begun[done]?.();
    }
    expect(await Promise.all(all.slice(0, 66))).toEqual(Array.from({ length: 66 }, () => false));
  });

  it.each([undefined, 7, '', 'ninechars', '𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳𝒳', 'x'.repeat(1025), 'ä'.repeat(600)])('cannot be %j', (password) => {
    expect(() => checkPassword(password, 'next')).toThrow(
      expect.objectContaining({ code: 'bad_request', field: 'next' }) as Error,
    );
  });
});
