import { describe, expect, it } from 'vitest';
import { Intake } from './intake.ts';
import { headBytes } from './recognize.ts';

async function taken(chunks: readonly Uint8Array[], check: (size: number) => void = () => {}): Promise<Intake> {
  const intake = new Intake(
    (async function* () {
      yield* chunks;
    })(),
    check,
  );
  const passed: Uint8Array[] = [];
  for await (const chunk of intake.bytes()) passed.push(chunk);
  expect(Buffer.concat(passed)).toEqual(Buffer.concat(chunks));
  return intake;
}

describe('a file that comes in', () => {
  it('has a head, and counts its bytes', async () => {
    const sizes: number[] = [];
    const chunks = [Buffer.alloc(headBytes - 1, 1), Buffer.alloc(10, 2), Buffer.alloc(10, 3)];
    const { head } = await taken(chunks, (size) => sizes.push(size));
    expect(head).toEqual(Buffer.concat(chunks).subarray(0, headBytes));
    expect(sizes).toEqual([headBytes - 1, headBytes + 9, headBytes + 19]);
  });

  it('is text where all of it is UTF-8, wherever it is cut', async () => {
    const euro = Buffer.from('€');
    expect((await taken([euro.subarray(0, 1), euro.subarray(1)])).isText).toBe(true);
    expect((await taken([])).isText).toBe(true);
    expect((await taken([Buffer.from('text'), euro.subarray(0, 2)])).isText).toBe(false);
    expect((await taken([Buffer.from([0xff]), Buffer.from('text')])).isText).toBe(false);
    expect((await taken([Buffer.from('a\0b')])).isText).toBe(false);
  });
});
