/** Pixels, as the picture is shown. */
export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of a picture, of its first bytes; undefined where they do not tell it. Each reader walks over what it is given once,
 * whatever that says: these are a stranger's bytes.
 */
export function imageDimensions(type: string, head: Uint8Array): Dimensions | undefined {
  try {
    const found = readers[type]?.(new DataView(head.buffer, head.byteOffset, head.byteLength));
    return found !== undefined && found.width > 0 && found.height > 0 ? found : undefined;
  } catch (error) {
    // It ends before its size.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Reader = (view: DataView) => Dimensions | undefined;

const readers: { readonly [type: string]: Reader } = {
  'image/png': readPng,
  'image/apng': readPng,
  'image/gif': (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  'image/jpeg': readJpeg,
  'image/webp': readWebp,
  'image/avif': readAvif,
};

function readPng(view: DataView): Dimensions {
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Segments of a JPEG: 0xff, what it is, its length with the two bytes of that, and its content. */
function readJpeg(view: DataView): Dimensions | undefined {
  let isTurned = false;
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return isTurned ? { width: height, height: width } : { width, height };
    }
    const length = view.getUint16(at + 2);
    if (length < 2) return undefined;
    if (marker === 0xe1 && nameAt(view, at + 4) === 'Exif') isTurned = isTurnedByExif(view, at + 10, at + 2 + length);
    at += 2 + length;
  }
  return undefined;
}

/** SOF0 to SOF15, without what tells of tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

const orientationTag = 0x0112;
/** From here on the picture lies on its side. */
const firstTurned = 5;

/** Whether EXIF says that the camera was held upright. It is TIFF: a byte order, and a list of entries of twelve bytes. */
function isTurnedByExif(view: DataView, start: number, end: number): boolean {
  const little = view.getUint16(start) === 0x4949;
  const list = start + view.getUint32(start + 4, little);
  const count = view.getUint16(list, little);
  for (let at = list + 2, i = 0; i < count && at + 12 <= end; i++, at += 12)
    if (view.getUint16(at, little) === orientationTag) return view.getUint16(at + 8, little) >= firstTurned;
  return false;
}

function readWebp(view: DataView): Dimensions | undefined {
  switch (nameAt(view, 12)) {
    case 'VP8X':
      return { width: 1 + (view.getUint32(24, true) & 0xffffff), height: 1 + (view.getUint32(26, true) >>> 8) };
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    default:
      return undefined;
  }
}

/** The largest of the sizes that an AVIF tells: those of its tiles are among them. */
function readAvif(view: DataView): Dimensions | undefined {
  let largest: Dimensions | undefined;
  for (const meta of boxes(view, 0, view.byteLength, 'meta'))
    for (const properties of boxes(view, meta.start + 4, meta.end, 'iprp'))
      for (const container of boxes(view, properties.start, properties.end, 'ipco'))
        for (const { start } of boxes(view, container.start, container.end, 'ispe')) {
          const size = { width: view.getUint32(start + 4), height: view.getUint32(start + 8) };
          if (size.width * size.height > (largest === undefined ? 0 : largest.width * largest.height)) largest = size;
        }
  return largest;
}

/** The boxes of that name between two places: each its length, with those bytes, its name, and its content. */
function* boxes(
  view: DataView,
  from: number,
  to: number,
  name: string,
): Generator<{ readonly start: number; readonly end: number }> {
  for (let at = from; at + 8 <= to;) {
    const length = view.getUint32(at);
    const end = at + length;
    if (length < 8 || end > to) return;
    if (nameAt(view, at + 4) === name) yield { start: at + 8, end };
    at = end;
  }
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
