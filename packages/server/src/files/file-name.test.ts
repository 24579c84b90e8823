import { describe, expect, it } from 'vitest';
import { cleanFileName } from './file-name.ts';

describe('the name of a file', () => {
  it.each([
    ['proof.pdf', 'proof.pdf'],
    [' Größe & Maß.png ', 'Größe & Maß.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\proofs\\menu.png', 'menu.png'],
    ['/', 'file'],
    ['..', 'file'],
    ['', 'file'],
    [undefined, 'file'],
    ['a\r\nb: c\0.txt', 'ab: c.txt'],
    ['menu\u202egpj.exe', 'menugpj.exe'],
    ['family👩‍👧.png', 'family👩‍👧.png'],
    ['\ud800.png', '\ufffd.png'],
  ])('that is given as %j', (given, name) => {
    expect(cleanFileName(given)).toBe(name);
  });

  it('is not too long', () => {
    expect(() => cleanFileName('x'.repeat(256))).toThrow('up to 255 characters');
  });
});
