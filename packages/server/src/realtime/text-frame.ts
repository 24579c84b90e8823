const finalText = 0x81;

/**
 * A message as one frame of RFC 6455, as a server sends it: whole and not masked, so that many sockets can be sent the
 * same bytes.
 */
export function encodeTextFrame(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const offset = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(offset + size);
  frame[0] = finalText;
  if (offset === 2) frame[1] = size;
  else if (offset === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  frame.write(text, offset);
  return frame;
}
