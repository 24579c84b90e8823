import { describe, expect, it } from 'vitest';
import { isAmong, recognize } from './recognize.ts';

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const uint32 = (value: number): Buffer => hex(value.toString(16).padStart(8, '0'));

/** As MP4 and AVIF are made of. */
const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([uint32(body.length + 8), ascii(type), body]);
};

const png = Buffer.concat([
  hex('89504e470d0a1a0a 0000000d'),
  ascii('IHDR'),
  uint32(640),
  uint32(480),
  hex('0802000000 00000000 00000000'),
  ascii('IDAT'),
  uint32(0),
]);
const gif = Buffer.concat([ascii('GIF89a'), hex('4001 c800 000000')]);
const webp = Buffer.concat([ascii('RIFF'), hex('16000000'), ascii('WEBPVP8X'), hex('0a000000 00000000 3f0100 c70000')]);
const webpLossy = Buffer.concat([ascii('RIFF'), hex('16000000'), ascii('WEBPVP8 '), hex('0a000000 300100 9d012a 4001 c800')]);
const webpLossless = Buffer.concat([ascii('RIFF'), hex('16000000'), ascii('WEBPVP8L'), hex('0a000000 2f 3fc13100 0000')]);
const avif = Buffer.concat([
  box('ftyp', ascii('avif'), uint32(0), ascii('avifmif1miaf')),
  box('meta', uint32(0), box('iprp', box('ipco', box('ispe', uint32(0), uint32(320), uint32(200))))),
]);
/** With the mark in EXIF by which a camera says that it was held upright. */
const jpeg = Buffer.concat([
  hex('ffd8 ffe1 0022'),
  ascii('Exif\0\0MM'),
  hex('002a 00000008 0001 0112 0003 00000001 0006 0000 00000000'),
  hex('ffc0 0011 08 00c8 0140 03 012200 021101 031101 ffd9'),
]);

describe('what a file is', () => {
  it.each([
    ['png', png, { type: 'image/png', width: 640, height: 480 }],
    ['gif', gif, { type: 'image/gif', width: 320, height: 200 }],
    ['webp', webp, { type: 'image/webp', width: 320, height: 200 }],
    ['webp, lossy', webpLossy, { type: 'image/webp', width: 320, height: 200 }],
    ['webp, lossless', webpLossless, { type: 'image/webp', width: 320, height: 200 }],
    ['avif', avif, { type: 'image/avif', width: 320, height: 200 }],
    ['jpeg, upright', jpeg, { type: 'image/jpeg', width: 200, height: 320 }],
    ['jpeg', Buffer.concat([jpeg.subarray(0, 2), jpeg.subarray(38)]), { type: 'image/jpeg', width: 320, height: 200 }],
    ['pdf', ascii('%PDF-1.7\n'), { type: 'application/pdf' }],
    ['zip', hex('504b0506 0000 0000 0000 0000 00000000 00000000 0000'), { type: 'application/zip' }],
    ['png that has no size', png.subarray(0, 20), { type: 'image/png' }],
  ])('is told by its bytes, whatever is declared: %s', async (_name, bytes, kind) => {
    expect(await recognize(bytes, false, 'text/html')).toEqual(kind);
  });

  it.each([
    ['text/plain', true, 'text/plain'],
    ['Text/CSV; charset=utf-8', true, 'text/csv'],
    ['application/json', true, 'application/json'],
    ['text/plain', false, 'application/octet-stream'],
    ['image/png', true, 'application/octet-stream'],
    ['image/svg+xml', true, 'application/octet-stream'],
    ['text/<script>', true, 'application/octet-stream'],
    [undefined, true, 'application/octet-stream'],
  ])('is believed of text alone: %s, %s', async (declared, isText, type) => {
    expect(await recognize(ascii('<svg onload="alert(1)"/>'), isText, declared)).toEqual({ type });
  });

  it('is no picture where it is an SVG', async () => {
    const { type } = await recognize(
      ascii('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
      true,
      'image/svg+xml',
    );
    expect(isAmong(type, ['image/*'])).toBe(false);
  });

  it('is told of whatever bytes come, in one go', async () => {
    for (const bytes of [png, gif, webp, webpLossy, webpLossless, avif, jpeg])
      for (let end = 0; end <= bytes.length; end++) {
        const { type, ...pixels } = await recognize(bytes.subarray(0, end), false, undefined);
        expect(type).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
        expect(Object.values(pixels).every((size) => Number.isSafeInteger(size) && size > 0)).toBe(true);
      }
    const endless = [box('meta', uint32(0)), uint32(0), uint32(1), Buffer.from('ffd8ffe1', 'hex')];
    for (const part of endless) {
      const { width } = await recognize(Buffer.concat([avif.subarray(0, 28), part, Buffer.alloc(1000)]), false, undefined);
      expect(width).toBeUndefined();
    }
    // Segments without a length, all the way.
    const { width } = await recognize(Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(1000, 0xff)]), false, undefined);
    expect(width).toBeUndefined();
  });

  it('is asked for by a media type, or by a kind of them', () => {
    expect(isAmong('image/png', ['image/*'])).toBe(true);
    expect(isAmong('image/png', ['text/plain', 'image/png'])).toBe(true);
    expect(isAmong('imagery/png', ['image/*'])).toBe(false);
    expect(isAmong('image/png', ['image/pn'])).toBe(false);
  });
});
